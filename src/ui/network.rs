//! The picture of the network: two grounds, the gate with a lane for each port between them, hosts, road, packet.
//!
//! Drawn twice, wide and tall; the style sheet shows the one that fits. The picture is never the only carrier: its
//! name says in words what it shows, and the transcript has every event.

use std::sync::Arc;

use yew::prelude::*;

use crate::knowledge::Text;
use crate::present::view::{GateLane, HostBox, NetworkPicture, OtherLeg, Packet, Road};
use crate::ui::context::{Context, lane_class};
use crate::ui::course::{Course, Ends};
use crate::ui::plan::{Area, Direction, Plan};
use crate::ui::still::still;

/// What the pictures stand for now.
pub struct Now<'a> {
    /// The packet on the road.
    pub packet: Option<&'a Packet>,
    /// The step, whose packet arrives anew.
    pub step: usize,
    /// The page's edition: within one, a scene's picture does not change.
    pub edition: u32,
}

/// Draws both pictures.
pub fn view(cx: &Context, picture: &Arc<NetworkPicture>, now: &Now<'_>) -> Html {
    let body = html! { <>{ draw(cx, picture, Direction::Wide, now) }{ draw(cx, picture, Direction::Tall, now) }</> };
    cx.section("road", Text::Network, body)
}

fn draw(cx: &Context, picture: &Arc<NetworkPicture>, direction: Direction, now: &Now<'_>) -> Html {
    let plan = Plan { direction, relay_outside: picture.relay_outside };
    let (width, height) = plan.size();
    let class = if direction == Direction::Wide { "wide" } else { "tall" };
    let packet = picture.road.as_ref().zip(now.packet).map(|(road, packet)| self::packet(plan, road, packet, now.step));
    let (cx, shown) = (cx.clone(), Arc::clone(picture));
    html! {
        <svg class={classes!("network", class)} viewBox={format!("0 0 {width} {height}")} role="img"
            aria-label={picture.description.clone()}>
            { still([now.edition, picture.scene, 0], move || scene(&cx, &shown, plan)) }
            { packet }
        </svg>
    }
}

/// All but the packet.
fn scene(cx: &Context, picture: &NetworkPicture, plan: Plan) -> Html {
    let passes = picture.road.as_ref().is_some_and(|road| !road.blocked);
    let (gate_x, gate_y, gate_width) = plan.gate_title();
    html! {
        <>
            { ground("inside", plan.inside(), &picture.inside) }
            { ground("outside", plan.outside(), &picture.outside) }
            { for picture.lanes.iter().filter(|lane| !lane.used).map(|lane| idle_lane(plan, lane)) }
            { for picture.other_leg.iter().map(|leg| other_leg(plan, leg)) }
            { for picture.road.iter().map(|road| road_line(plan, road)) }
            { for picture.lanes.iter().map(|lane| gate_lane(plan, lane, lane.used && passes)) }
            { lines(&Style { class: "gate-title middle", size: 13, room: gate_width }, (gate_x, gate_y), &picture.gate) }
            { for picture.hosts.iter().map(|host| host_box(cx, plan, host)) }
            { for picture.remark.iter().map(|remark| {
                let (x, y, width) = plan.remark();
                lines(&Style { class: "remark", size: 13, room: width }, (x, y), remark)
            }) }
        </>
    }
}

fn ground(class: &'static str, area: Area, title: &str) -> Html {
    html! {
        <g class={classes!("ground", class)}>
            { rectangle(area, 12) }
            { label(&Style { class: "ground-title", size: 13, room: area.width - 32 }, (area.x + 16, area.y + 22), title) }
        </g>
    }
}

fn host_box(cx: &Context, plan: Plan, host: &HostBox) -> Html {
    let area = plan.host(host.place);
    let room = area.width - 20;
    let doors = host.doors.iter().enumerate().map(|(index, (port, open))| {
        let index = i32::try_from(index).unwrap_or(i32::MAX).min(3);
        let door = Area { x: area.x + 10 + 46 * index, y: area.y - 10, width: 42, height: 18 };
        tag(classes!("door", open.then_some("used")), door, &port.to_string())
    });
    let cut = host.cut_off.then(|| {
        let words = if plan.direction == Direction::Wide { cx.text(Text::CutOff) } else { "" };
        let width = 24 + width_of(words, 12).min(56);
        let sign = Area { x: area.x + area.width - width - 8, y: area.y + area.height - 5, width, height: 18 };
        tag(classes!("cut"), sign, format!("✕ {words}").trim_end())
    });
    html! {
        <g class={classes!("host", host.lit.then_some("lit"), host.cut_off.then_some("away"))}>
            { rectangle(area, 8) }
            { label(&Style { class: "host-name", size: 13, room: room - 12 }, (area.x + 11, area.y + 25), &host.name) }
            { label(&Style { class: "host-address", size: 12, room }, (area.x + 11, area.y + 43), &host.address) }
            { for doors }
            { cut }
        </g>
    }
}

fn idle_lane(plan: Plan, lane: &GateLane) -> Html {
    html! { <path class="idle" d={plan.idle_lane(lane.port)}/> }
}

/// The barrier, down or up, and the sign with the port. For a road that is let through it is up, whoever else it stops.
fn gate_lane(plan: Plan, lane: &GateLane, passes: bool) -> Html {
    let (x, y) = plan.barrier(lane.port);
    let shut = lane.shut && !passes;
    let bar = match (plan.direction, shut) {
        (Direction::Wide, true) => format!("M{x} {}V{}", y - 13, y + 13),
        (Direction::Wide, false) => format!("M{x} {}L{} {}", y - 10, x - 15, y - 20),
        (Direction::Tall, true) => format!("M{} {y}H{}", x - 22, x + 22),
        (Direction::Tall, false) => format!("M{} {y}L{} {}", x - 22, x - 32, y - 15),
    };
    let class = classes!("lane", if shut { "shut" } else { "open" }, lane.used.then_some("used"));
    html! {
        <g class={class}>
            <path class="bar" d={bar}/>
            { tag(classes!("sign"), plan.sign(lane.port), &lane.port.to_string()) }
        </g>
    }
}

fn road_line(plan: Plan, road: &Road) -> Html {
    let Course { path, .. } = Course::lay(plan, ends(road));
    html! { <path class={classes!("way", road.blocked.then_some("blocked"))} d={path}/> }
}

fn ends(road: &Road) -> Ends {
    Ends { from: road.from, to: road.to, lane: road.lane, blocked: road.blocked }
}

fn other_leg(plan: Plan, leg: &OtherLeg) -> Html {
    let Course { path, name, .. } =
        Course::lay(plan, Ends { from: leg.from, to: leg.to, lane: leg.lane, blocked: false });
    let name = name.map(|(x, y, room)| label(&Style { class: "leg-name middle", size: 13, room }, (x, y), &leg.label));
    html! { <g class={classes!("leg", leg.past.then_some("past"))}><path d={path}/>{ name }</g> }
}

fn packet(plan: Plan, road: &Road, packet: &Packet, step: usize) -> Html {
    let course = Course::lay(plan, ends(road));
    let (x, y) = if packet.forward { course.going } else { course.coming };
    let width = width_of(&packet.label, 13) + 18;
    let area = Area { x: x - width / 2, y: y - 13, width, height: 26 };
    let class = classes!(
        "packet",
        lane_class(packet.lane),
        packet.lost.then_some("lost"),
        if packet.forward { "going" } else { "coming" },
        // Another class at every other step, or it would arrive once and for all.
        (step % 2 == 1).then_some("anew")
    );
    html! { <g class={class}>{ rectangle(area, 6) }{ label(&Style { class: "middle", size: 13, room: width - 8 }, (x, y + 5), &packet.label) }</g> }
}

/// A small box with a word in its middle.
fn tag(class: Classes, area: Area, word: &str) -> Html {
    html! {
        <g class={class}>
            { rectangle(area, 4) }
            { label(&Style { class: "middle", size: 12, room: area.width - 8 }, (area.x + area.width / 2, area.y + area.height / 2 + 4), word) }
        </g>
    }
}

fn rectangle(area: Area, round: i32) -> Html {
    html! {
        <rect x={area.x.to_string()} y={area.y.to_string()} width={area.width.to_string()}
            height={area.height.to_string()} rx={round.to_string()}/>
    }
}

/// How a text is set: its class, the size it has where there is room, and how wide it may get.
struct Style {
    class: &'static str,
    size: i32,
    room: i32,
}

/// A text that never runs out of its place: a longer one is set smaller.
fn label(style: &Style, (x, y): (i32, i32), words: &str) -> Html {
    // Tenths of a unit, so that a text a little too long gets only a little smaller.
    let size = (style.size * 10).min(style.room.max(0) * 100 / width_of(words, 10).max(1));
    html! {
        <text class={style.class} x={x.to_string()} y={y.to_string()}
            font-size={format!("{}.{}", size / 10, size % 10)}>{ words }</text>
    }
}

/// A text on one line or, where that is too short, on two, broken at the space nearest the middle.
fn lines(style: &Style, (x, y): (i32, i32), words: &str) -> Html {
    let spaces = words.char_indices().filter(|(_, c)| *c == ' ').map(|(at, _)| at);
    let middle = spaces.min_by_key(|at| at.abs_diff(words.len() / 2)).and_then(|at| words.split_at_checked(at));
    match middle {
        Some((first, second)) if width_of(words, style.size) > style.room => html! {
            <>{ label(style, (x, y), first) }{ label(style, (x, y + style.size + 3), second.trim_start()) }</>
        },
        _ => label(style, (x, y), words),
    }
}

/// Roughly how wide a text is in a font of this size, on the safe side: full-width characters take the whole size.
fn width_of(words: &str, size: i32) -> i32 {
    let tenths: i32 = words.chars().map(|c| if c < '\u{2e80}' { 6 } else { 10 }).sum();
    tenths.saturating_mul(size) / 10
}
