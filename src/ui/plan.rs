//! Where things stand in the picture of the network: two plans, a wide one and a tall one.
//!
//! Only places and paths, in the units of each picture's `viewBox`. What is drawn there is `network`'s business.

use crate::present::view::Place;

/// A rectangle.
#[derive(Clone, Copy)]
pub(super) struct Area {
    /// Left edge.
    pub(super) x: i32,
    /// Upper edge.
    pub(super) y: i32,
    /// Width.
    pub(super) width: i32,
    /// Height.
    pub(super) height: i32,
}

/// One of the two plans.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// Left to right, for wide screens.
    Wide,
    /// Top to bottom, for narrow ones.
    Tall,
}

/// A road: the path to draw, and where the packet stands on it, going and coming.
pub(super) struct Course {
    /// SVG path data.
    pub(super) path: String,
    /// Where a packet on its way to the far end stands.
    pub(super) going: (i32, i32),
    /// Where a packet on its way back stands.
    pub(super) coming: (i32, i32),
}

const fn area(x: i32, y: i32, width: i32, height: i32) -> Area {
    Area { x, y, width, height }
}

impl Plan {
    /// Width and height of the picture.
    pub(super) const fn size(self) -> (i32, i32) {
        match self {
            Self::Wide => (1160, 188),
            Self::Tall => (360, 344),
        }
    }

    /// The ground inside the gate.
    pub(super) const fn inside(self) -> Area {
        match self {
            Self::Wide => area(6, 6, 520, 176),
            Self::Tall => area(4, 4, 352, 134),
        }
    }

    /// The ground outside the gate.
    pub(super) const fn outside(self) -> Area {
        match self {
            Self::Wide => area(622, 6, 532, 176),
            Self::Tall => area(4, 200, 352, 140),
        }
    }

    /// Where a host stands.
    pub(super) const fn host(self, place: Place) -> Area {
        match (self, place) {
            (Self::Wide, Place::Client) => area(22, 44, 184, 54),
            (Self::Wide, Place::OwnRelay) => area(236, 117, 204, 54),
            (Self::Wide, Place::OtherMsa) => area(668, 50, 196, 54),
            (Self::Wide, Place::Mx) => area(958, 50, 182, 54),
            (Self::Tall, Place::Client) => area(14, 42, 156, 54),
            (Self::Tall, Place::OwnRelay) => area(190, 42, 156, 54),
            (Self::Tall, Place::OtherMsa) => area(190, 240, 156, 54),
            (Self::Tall, Place::Mx) => area(14, 240, 156, 54),
        }
    }

    /// Where the lane of a port crosses the gate: the point of its barrier.
    pub(super) const fn barrier(self, port: u16) -> (i32, i32) {
        match (self, port) {
            (Self::Wide, 25) => (546, 66),
            (Self::Wide, 465) => (546, 98),
            (Self::Wide, _) => (546, 130),
            (Self::Tall, 25) => (104, 154),
            (Self::Tall, 465) => (198, 154),
            (Self::Tall, _) => (292, 154),
        }
    }

    /// The sign with the port, behind the barrier.
    pub(super) const fn sign(self, port: u16) -> Area {
        let (x, y) = self.barrier(port);
        match self {
            Self::Wide => area(x + 14, y - 10, 46, 20),
            Self::Tall => area(x - 23, y + 12, 46, 20),
        }
    }

    /// The gate's title: where, and how wide at most.
    pub(super) const fn gate_title(self) -> (i32, i32, i32) {
        match self {
            Self::Wide => (576, 33, 90),
            Self::Tall => (41, 152, 70),
        }
    }

    /// The remark at the bottom: where, and how wide at most.
    pub(super) const fn remark(self) -> (i32, i32, i32) {
        match self {
            Self::Wide => (668, 134, 470),
            Self::Tall => (16, 314, 328),
        }
    }

    /// The piece of a lane that is drawn though nothing uses it.
    pub(super) fn idle_lane(self, port: u16) -> String {
        let (x, y) = self.barrier(port);
        match self {
            Self::Wide => format!("M{} {y}H{}", x - 62, x + 70),
            Self::Tall => format!("M{x} {}V{}", y - 30, y + 46),
        }
    }

    /// The road from one host to another, through a lane of the gate or up to its barrier.
    pub(super) fn course(self, from: Place, to: Place, lane: Option<u16>, blocked: bool) -> Course {
        match (from, to) {
            (Place::Client, Place::OwnRelay) => self.to_own_relay(),
            (Place::OwnRelay, _) => self.out_of_own_relay(),
            (Place::OtherMsa | Place::Mx, _) => self.between_servers(),
            (Place::Client, _) => self.through_gate(to, lane.unwrap_or(25), blocked),
        }
    }

    fn to_own_relay(self) -> Course {
        match self {
            Self::Wide => Course { path: "M206 71C268 71 300 78 300 117".into(), going: (298, 96), coming: (240, 73) },
            Self::Tall => Course { path: "M170 69H190".into(), going: (180, 69), coming: (180, 69) },
        }
    }

    /// By a lane of its own below the others, which no barrier can close.
    fn out_of_own_relay(self) -> Course {
        match self {
            Self::Wide => Course {
                path: "M440 148C462 148 462 163 484 163H890C930 163 920 84 958 84".into(),
                going: (800, 163),
                coming: (650, 163),
            },
            Self::Tall => Course {
                path: "M245 96V196C245 222 180 214 180 246Q180 267 170 267".into(),
                going: (204, 220),
                coming: (245, 122),
            },
        }
    }

    fn between_servers(self) -> Course {
        match self {
            Self::Wide => Course { path: "M864 77H958".into(), going: (911, 77), coming: (911, 77) },
            Self::Tall => Course { path: "M190 267H170".into(), going: (180, 267), coming: (180, 267) },
        }
    }

    fn through_gate(self, to: Place, lane: u16, blocked: bool) -> Course {
        let (x, y) = self.barrier(lane);
        match self {
            Self::Wide => {
                let start = if y == 66 { format!("M206 {y}") } else { format!("M206 71H444C478 71 470 {y} 504 {y}") };
                let beyond = match to {
                    Place::Mx => "C636 163 622 163 668 163H890C930 163 920 84 958 84".into(),
                    _ => format!("C640 {y} 632 77 668 77"),
                };
                let path = if blocked { format!("{start}H{}", x - 5) } else { format!("{start}H606{beyond}") };
                let past = if to == Place::Mx { (790, 163) } else { (638, i32::midpoint(y, 77)) };
                Course {
                    path,
                    going: if blocked { (x - 46, y) } else { past },
                    coming: (340, if y == 66 { 66 } else { 71 }),
                }
            }
            Self::Tall => {
                let start = format!("M92 96C92 122 {x} 108 {x} {}", y - 22);
                let goal = self.host(to);
                let door = goal.x + goal.width - 26;
                let path = if blocked {
                    format!("{start}V{}", y - 5)
                } else {
                    format!("{start}V{}C{x} 226 {door} 208 {door} {}", y + 46, goal.y)
                };
                let going = if blocked { (x, y - 24) } else { (i32::midpoint(x, door), 213) };
                Course { path, going, coming: (i32::midpoint(92, x), 116) }
            }
        }
    }
}
