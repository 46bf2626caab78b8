//! The roads of the network picture: from host to host, by a lane of the gate or by one's own.
//!
//! Lines and points only. A road that runs the other way is the same line with its ends exchanged.

use crate::present::view::Place;
use crate::ui::plan::{Direction, Plan};

/// Where the lane of the provider's own servers runs, below the others.
const OWN_LANE: i32 = 163;
/// Where a client's own lane runs: below the relay's.
const LOWEST_LANE: i32 = 174;

/// A road: the line to draw, and what stands on it.
pub(super) struct Course {
    /// SVG path data.
    pub(super) path: String,
    /// Where a packet on its way to the far end stands.
    pub(super) going: (i32, i32),
    /// Where a packet on its way back stands.
    pub(super) coming: (i32, i32),
    /// The middle of its name, and how wide that may be; `None` where there is no room for one.
    pub(super) name: Option<(i32, i32, i32)>,
}

/// Which way a road goes, as a view tells it.
#[derive(Clone, Copy)]
pub(super) struct Ends {
    /// From this host.
    pub(super) from: Place,
    /// To that one.
    pub(super) to: Place,
    /// Through this lane of the gate.
    pub(super) lane: Option<u16>,
    /// Only as far as its barrier.
    pub(super) blocked: bool,
}

impl Course {
    /// Lays a road.
    pub(super) fn lay(plan: Plan, ends: Ends) -> Self {
        let (from, to) = (ends.from, ends.to);
        if order(from) > order(to) {
            let mut course = Self::lay(plan, Ends { from: to, to: from, ..ends });
            std::mem::swap(&mut course.going, &mut course.coming);
            return course;
        }
        match (from, to) {
            (Place::Client, Place::OwnRelay) if !plan.relay_outside => to_own_relay(plan.direction),
            (Place::Client, _) => match ends.lane {
                Some(port) => through_gate(plan, to, port, ends.blocked),
                None => by_lowest_lane(plan.direction, to),
            },
            (Place::OwnRelay, _) if plan.relay_outside => out_of_outer_relay(plan.direction, to),
            (Place::OwnRelay, _) => out_of_own_relay(plan.direction, to),
            (Place::OtherMsa | Place::Mx, _) => between_servers(plan),
        }
    }
}

/// From the client outwards.
const fn order(place: Place) -> u8 {
    match place {
        Place::Client => 0,
        Place::OwnRelay => 1,
        Place::OtherMsa => 2,
        Place::Mx => 3,
    }
}

fn course(path: impl Into<String>, going: (i32, i32), coming: (i32, i32), name: Option<(i32, i32, i32)>) -> Course {
    Course { path: path.into(), going, coming, name }
}

fn to_own_relay(direction: Direction) -> Course {
    match direction {
        Direction::Wide => course("M206 71C268 71 300 78 300 112", (298, 94), (246, 73), Some((400, 84, 150))),
        // Below the boxes: between them there is no room for a packet.
        Direction::Tall => course("M92 96C92 126 268 126 268 96", (206, 118), (154, 118), None),
    }
}

/// By a lane of its own below the others, which no barrier can close.
fn out_of_own_relay(direction: Direction, to: Place) -> Course {
    match direction {
        Direction::Wide => {
            let path = format!("M440 139C470 139 462 {OWN_LANE} 490 {OWN_LANE}{}", beyond_gate(OWN_LANE, to));
            // No name: the remark beside it says what travels here.
            course(path, past_gate(OWN_LANE, to), (540, OWN_LANE), None)
        }
        Direction::Tall if to == Place::Mx => {
            course("M245 96V196C245 222 180 214 180 246Q180 267 170 267", (204, 220), (245, 122), None)
        }
        Direction::Tall => course("M245 96V196C245 222 320 208 320 240", (284, 212), (245, 122), None),
    }
}

fn out_of_outer_relay(direction: Direction, to: Place) -> Course {
    match (direction, to) {
        (Direction::Wide, Place::Mx) => course("M864 142C915 142 905 84 958 84", (918, 100), (890, 134), None),
        (Direction::Wide, _) => course("M766 116V104", (766, 110), (766, 110), None),
        (Direction::Tall, Place::Mx) => course("M190 339C160 339 144 324 144 294", (146, 308), (172, 336), None),
        (Direction::Tall, _) => course("M268 312V294", (268, 303), (268, 303), None),
    }
}

fn between_servers(plan: Plan) -> Course {
    match plan.direction {
        Direction::Wide => course("M864 77H958", (911, 77), (911, 77), Some((911, 68, 88))),
        Direction::Tall if plan.relay_outside => course("M190 267H170", (180, 267), (180, 267), None),
        Direction::Tall => course("M268 294C268 324 92 324 92 294", (154, 316), (206, 316), None),
    }
}

/// The way of a client that no gate concerns: it stands at the provider's side of it, or beyond.
fn by_lowest_lane(direction: Direction, to: Place) -> Course {
    match direction {
        Direction::Wide => {
            let path = format!("M114 98V162Q114 {LOWEST_LANE} 128 {LOWEST_LANE}{}", beyond_gate(LOWEST_LANE, to));
            course(path, past_gate(LOWEST_LANE, to), (180, LOWEST_LANE), Some((340, LOWEST_LANE + 11, 160)))
        }
        Direction::Tall => {
            let door = door(Plan { direction, relay_outside: false }, to);
            let path = format!("M92 96C92 122 151 108 151 132V200C151 226 {door} 208 {door} 240");
            course(path, (i32::midpoint(151, door), 213), (124, 116), None)
        }
    }
}

fn through_gate(plan: Plan, to: Place, port: u16, blocked: bool) -> Course {
    let (x, y) = plan.barrier(port);
    match plan.direction {
        Direction::Wide => {
            // The first lane lies before the client; the others are reached by a bend.
            let (start, level) =
                if port == 25 { (format!("M206 {y}"), y) } else { (format!("M206 71H444C478 71 470 {y} 504 {y}"), 71) };
            let end = if blocked { format!("H{}", x - 5) } else { beyond_gate(y, to) };
            let going = if blocked { (x - 46, y) } else { past_gate(y, to) };
            course(start + &end, going, (340, level), Some((340, level - 9, 220)))
        }
        Direction::Tall => {
            let start = format!("M92 96C92 122 {x} 108 {x} {}", y - 22);
            if blocked {
                return course(format!("{start}V{}", y - 5), (x, y - 24), (i32::midpoint(92, x), 116), None);
            }
            let gap = 180;
            let (end, goal) = match to {
                Place::OwnRelay => (format!("C{x} 226 {gap} 208 {gap} 240V316Q{gap} 339 190 339"), gap),
                _ => (format!("C{x} 226 {0} 208 {0} 240", door(plan, to)), door(plan, to)),
            };
            let path = format!("{start}V{}{end}", y + 46);
            course(path, (i32::midpoint(x, goal), 213), (i32::midpoint(92, x), 116), None)
        }
    }
}

/// In the wide picture, from a lane at this height to a host beyond the gate.
fn beyond_gate(y: i32, to: Place) -> String {
    match to {
        Place::Mx => {
            let low = if y > OWN_LANE { LOWEST_LANE } else { OWN_LANE };
            format!("H606C640 {y} 622 {low} 668 {low}H890C930 {low} 920 84 958 84")
        }
        Place::OwnRelay => format!("H606C640 {y} 632 142 668 142"),
        Place::Client | Place::OtherMsa => format!("H606C640 {y} 632 77 668 77"),
    }
}

/// Where a packet stands that has passed the gate at this height.
fn past_gate(y: i32, to: Place) -> (i32, i32) {
    match to {
        Place::Mx => (790, if y > OWN_LANE { LOWEST_LANE } else { OWN_LANE }),
        Place::OwnRelay => (638, i32::midpoint(y, 142)),
        Place::Client | Place::OtherMsa => (638, i32::midpoint(y, 77)),
    }
}

/// In the tall picture, where a road enters a host from above: beside its ports.
fn door(plan: Plan, to: Place) -> i32 {
    let host = plan.host(to);
    host.x + host.width - 14
}
