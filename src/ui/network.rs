//! The picture of the network: two grounds, the gate with a lane for each port between them, hosts, road, packet.
//!
//! Drawn twice, wide and tall; the style sheet shows the one that fits. The picture is never the only carrier: its
//! name says in words what it shows, and the transcript has every event.

use std::sync::Arc;

use crate::knowledge::Text;
use crate::present::view::{GateLane, HostBox, NetworkPicture, OtherLeg, Packet, Road};
use crate::ui::context::{lane_class, section};
use crate::ui::course::{Course, Ends};
use crate::ui::draw::{Draw, attrs, class_if, classes};
use crate::ui::plan::{Area, Direction, Plan};

/// What the pictures stand for now.
pub struct Now<'a> {
    /// The packet on the road.
    pub packet: Option<&'a Packet>,
    /// The step, whose packet arrives anew.
    pub step: usize,
    /// Does the packet move to its place? It does while the player plays.
    pub moves: bool,
    /// The page's edition: within one, a scene's picture does not change.
    pub edition: u32,
}

/// Draws both pictures.
pub fn view(d: &mut Draw<'_>, picture: &Arc<NetworkPicture>, now: &Now<'_>) {
    section(d, "road", Text::Network, |d| {
        draw(d, picture, Direction::Wide, now);
        draw(d, picture, Direction::Tall, now);
    });
}

fn draw(d: &mut Draw<'_>, picture: &Arc<NetworkPicture>, direction: Direction, now: &Now<'_>) {
    let plan = Plan { direction, relay_outside: picture.relay_outside };
    let (width, height) = plan.size();
    let class = if direction == Direction::Wide { "network wide" } else { "network tall" };
    let frame = format!("0 0 {width} {height}");
    let frame = attrs!["class": class, "viewBox": &frame, "role" = "img", "aria-label": &picture.description];
    d.el("svg", frame, |d| {
        let shown = Arc::clone(picture);
        d.still([now.edition, picture.scene, 0], move |d| scene(d, &shown, plan));
        let packet = picture.road.as_ref().zip(now.packet);
        d.each(packet, |d, (road, packet)| self::packet(d, plan, road, packet, now));
    });
}

/// All but the packet.
fn scene(d: &mut Draw<'_>, picture: &NetworkPicture, plan: Plan) {
    let passes = picture.road.as_ref().is_some_and(|road| !road.blocked);
    let (gate_x, gate_y, gate_width) = plan.gate_title();
    ground(d, "ground inside", plan.inside(), &picture.inside);
    ground(d, "ground outside", plan.outside(), &picture.outside);
    d.each(picture.lanes.iter().filter(|lane| !lane.used), |d, lane| {
        d.empty("path", attrs!["class" = "idle", "d": &plan.idle_lane(lane.port)]);
    });
    d.each(&picture.other_leg, |d, leg| other_leg(d, plan, leg));
    d.each(&picture.road, |d, road| {
        let Course { path, .. } = Course::lay(plan, ends(road));
        d.empty("path", attrs!["class": if road.blocked { "way blocked" } else { "way" }, "d": &path]);
    });
    d.each(&picture.lanes, |d, lane| gate_lane(d, plan, lane, lane.used && passes));
    lines(d, &Style { class: "gate-title middle", size: 13, room: gate_width }, (gate_x, gate_y), &picture.gate);
    d.each(&picture.hosts, |d, host| host_box(d, plan, host));
    d.each(&picture.remark, |d, remark| {
        let (x, y, width) = plan.remark();
        lines(d, &Style { class: "remark", size: 13, room: width }, (x, y), remark);
    });
}

fn ground(d: &mut Draw<'_>, class: &'static str, area: Area, title: &str) {
    d.el("g", attrs!["class": class], |d| {
        rectangle(d, area, 12);
        let style = Style { class: "ground-title", size: 13, room: area.width - 32 };
        label(d, &style, (area.x + 16, area.y + 22), title);
    });
}

fn host_box(d: &mut Draw<'_>, plan: Plan, host: &HostBox) {
    let area = plan.host(host.place);
    let room = area.width - 20;
    let class = classes(&["host", class_if(host.lit, "lit"), class_if(host.cut_off, "away")]);
    d.el("g", attrs!["class": &class], |d| {
        rectangle(d, area, 8);
        let name = Style { class: "host-name", size: 13, room: room - 12 };
        label(d, &name, (area.x + 11, area.y + 25), &host.name);
        label(d, &Style { class: "host-address", size: 12, room }, (area.x + 11, area.y + 43), &host.address);
        d.each(host.doors.iter().enumerate(), |d, (index, (port, open))| {
            let index = i32::try_from(index).unwrap_or(i32::MAX).min(3);
            let door = Area { x: area.x + 10 + 46 * index, y: area.y - 10, width: 42, height: 18 };
            tag(d, if *open { "door used" } else { "door" }, door, &port.to_string());
        });
        d.when(host.cut_off, |d| {
            let words = if plan.direction == Direction::Wide { d.cx.text(Text::CutOff) } else { "" };
            let width = 24 + width_of(words, 12).min(56);
            let sign = Area { x: area.x + area.width - width - 8, y: area.y + area.height - 5, width, height: 18 };
            tag(d, "cut", sign, format!("✕ {words}").trim_end());
        });
    });
}

/// The barrier, down or up, and the sign with the port. For a road that is let through it is up, whoever else it stops.
fn gate_lane(d: &mut Draw<'_>, plan: Plan, lane: &GateLane, passes: bool) {
    let (x, y) = plan.barrier(lane.port);
    let shut = lane.shut && !passes;
    let bar = match (plan.direction, shut) {
        (Direction::Wide, true) => format!("M{x} {}V{}", y - 13, y + 13),
        (Direction::Wide, false) => format!("M{x} {}L{} {}", y - 10, x - 15, y - 20),
        (Direction::Tall, true) => format!("M{} {y}H{}", x - 22, x + 22),
        (Direction::Tall, false) => format!("M{} {y}L{} {}", x - 22, x - 32, y - 15),
    };
    let class = classes(&["lane", if shut { "shut" } else { "open" }, class_if(lane.used, "used")]);
    d.el("g", attrs!["class": &class], |d| {
        d.empty("path", attrs!["class" = "bar", "d": &bar]);
        tag(d, "sign", plan.sign(lane.port), &lane.port.to_string());
    });
}

fn ends(road: &Road) -> Ends {
    Ends { from: road.from, to: road.to, lane: road.lane, blocked: road.blocked }
}

fn other_leg(d: &mut Draw<'_>, plan: Plan, leg: &OtherLeg) {
    let Course { path, name, .. } =
        Course::lay(plan, Ends { from: leg.from, to: leg.to, lane: leg.lane, blocked: false });
    d.el("g", attrs!["class": if leg.past { "leg past" } else { "leg" }], |d| {
        d.empty("path", attrs!["d": &path]);
        d.each(name, |d, (x, y, room)| {
            label(d, &Style { class: "leg-name middle", size: 13, room }, (x, y), &leg.label);
        });
    });
}

fn packet(d: &mut Draw<'_>, plan: Plan, road: &Road, packet: &Packet, now: &Now<'_>) {
    let course = Course::lay(plan, ends(road));
    let (x, y) = if packet.forward { course.going } else { course.coming };
    // Wide enough for a verb or a code, so that most packets are of one size.
    let width = width_of(&packet.label, 13).max(width_of("MAIL", 13)) + 18;
    // About a place of its own, so that one attribute moves all of it.
    let area = Area { x: -width / 2, y: -13, width, height: 26 };
    let place = format!("translate({x} {y})");
    let class = classes(&[
        "packet",
        lane_class(packet.lane),
        class_if(packet.lost, "lost"),
        if packet.forward { "going" } else { "coming" },
        // Another class at every other step, or it would arrive once and for all.
        class_if(now.moves, if now.step % 2 == 1 { "arriving anew" } else { "arriving" }),
    ]);
    d.el("g", attrs!["class": &class, "transform": &place], |d| {
        rectangle(d, area, 6);
        label(d, &Style { class: "middle", size: 13, room: width - 8 }, (0, 5), &packet.label);
    });
}

/// A small box with a word in its middle.
fn tag(d: &mut Draw<'_>, class: &'static str, area: Area, word: &str) {
    d.el("g", attrs!["class": class], |d| {
        rectangle(d, area, 4);
        let middle = (area.x + area.width / 2, area.y + area.height / 2 + 4);
        label(d, &Style { class: "middle", size: 12, room: area.width - 8 }, middle, word);
    });
}

fn rectangle(d: &mut Draw<'_>, area: Area, round: i32) {
    let Area { x, y, width, height } = area;
    d.empty("rect", attrs!["x": x, "y": y, "width": width, "height": height, "rx": round]);
}

/// How a text is set: its class, the size it has where there is room, and how wide it may get.
struct Style {
    class: &'static str,
    size: i32,
    room: i32,
}

/// A text that never runs out of its place: a longer one is set smaller.
fn label(d: &mut Draw<'_>, style: &Style, (x, y): (i32, i32), words: &str) {
    // Tenths of a unit, so that a text a little too long gets only a little smaller.
    let size = (style.size * 10).min(style.room.max(0) * 100 / width_of(words, 10).max(1));
    let size = format!("{}.{}", size / 10, size % 10);
    d.leaf("text", attrs!["class": style.class, "x": x, "y": y, "font-size": &size], words);
}

/// A text on one line or, where that is too short, on two, broken at the space nearest the middle.
fn lines(d: &mut Draw<'_>, style: &Style, (x, y): (i32, i32), words: &str) {
    let spaces = words.char_indices().filter(|(_, c)| *c == ' ').map(|(at, _)| at);
    let middle = spaces.min_by_key(|at| at.abs_diff(words.len() / 2)).and_then(|at| words.split_at_checked(at));
    d.part(|d| match middle {
        Some((first, second)) if width_of(words, style.size) > style.room => {
            label(d, style, (x, y), first);
            label(d, style, (x, y + style.size + 3), second.trim_start());
        }
        _ => label(d, style, (x, y), words),
    });
}

/// Roughly how wide a text is in a font of this size, on the safe side: full-width characters take the whole size.
fn width_of(words: &str, size: i32) -> i32 {
    let tenths: i32 = words.chars().map(|c| if c < '\u{2e80}' { 6 } else { 10 }).sum();
    tenths.saturating_mul(size) / 10
}
