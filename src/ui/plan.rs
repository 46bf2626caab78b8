//! Where things stand in the picture of the network: two plans, a wide one and a tall one.
//!
//! Only places, in the units of each picture's `viewBox`. The roads between them are laid in `course`; what is drawn
//! there is `network`'s business.

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

/// One of the two directions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Left to right, for wide screens.
    Wide,
    /// Top to bottom, for narrow ones.
    Tall,
}

/// One plan.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    /// Which way the road runs.
    pub(super) direction: Direction,
    /// Does the provider's own relay stand beyond the gate?
    pub(super) relay_outside: bool,
}

const fn area(x: i32, y: i32, width: i32, height: i32) -> Area {
    Area { x, y, width, height }
}

impl Plan {
    /// Width and height of the picture.
    pub(super) const fn size(self) -> (i32, i32) {
        match self.direction {
            Direction::Wide => (1160, 188),
            Direction::Tall if self.relay_outside => (360, 418),
            Direction::Tall => (360, 368),
        }
    }

    /// The ground inside the gate.
    pub(super) const fn inside(self) -> Area {
        match self.direction {
            Direction::Wide => area(6, 6, 520, 176),
            Direction::Tall => area(4, 4, 352, 134),
        }
    }

    /// The ground outside the gate.
    pub(super) const fn outside(self) -> Area {
        match self.direction {
            Direction::Wide => area(622, 6, 532, 176),
            Direction::Tall if self.relay_outside => area(4, 200, 352, 214),
            Direction::Tall => area(4, 200, 352, 164),
        }
    }

    /// Where a host stands.
    pub(super) const fn host(self, place: Place) -> Area {
        match (self.direction, place) {
            (Direction::Wide, Place::Client) => area(22, 44, 184, 54),
            (Direction::Wide, Place::OwnRelay) if self.relay_outside => area(668, 116, 196, 52),
            (Direction::Wide, Place::OwnRelay) => area(236, 112, 204, 54),
            (Direction::Wide, Place::OtherMsa) => area(668, 50, 196, 54),
            (Direction::Wide, Place::Mx) => area(958, 50, 182, 54),
            (Direction::Tall, Place::Client) => area(14, 42, 156, 54),
            (Direction::Tall, Place::OwnRelay) if self.relay_outside => area(190, 312, 156, 54),
            (Direction::Tall, Place::OwnRelay) => area(190, 42, 156, 54),
            (Direction::Tall, Place::OtherMsa) => area(190, 240, 156, 54),
            (Direction::Tall, Place::Mx) => area(14, 240, 156, 54),
        }
    }

    /// Where the lane of a port crosses the gate: the point of its barrier.
    pub(super) const fn barrier(self, port: u16) -> (i32, i32) {
        match (self.direction, port) {
            (Direction::Wide, 25) => (546, 66),
            (Direction::Wide, 465) => (546, 98),
            (Direction::Wide, _) => (546, 130),
            (Direction::Tall, 25) => (104, 154),
            (Direction::Tall, 465) => (198, 154),
            (Direction::Tall, _) => (292, 154),
        }
    }

    /// The sign with the port, behind the barrier.
    pub(super) const fn sign(self, port: u16) -> Area {
        let (x, y) = self.barrier(port);
        match self.direction {
            Direction::Wide => area(x + 14, y - 10, 46, 20),
            Direction::Tall => area(x - 23, y + 12, 46, 20),
        }
    }

    /// The gate's title: where, and how wide at most.
    pub(super) const fn gate_title(self) -> (i32, i32, i32) {
        match self.direction {
            Direction::Wide => (576, 33, 90),
            Direction::Tall => (41, 152, 70),
        }
    }

    /// The remark at the bottom: where, and how wide at most.
    pub(super) const fn remark(self) -> (i32, i32, i32) {
        match self.direction {
            Direction::Wide if self.relay_outside => (884, 156, 256),
            Direction::Wide => (668, 136, 470),
            Direction::Tall if self.relay_outside => (16, 390, 328),
            Direction::Tall => (16, 340, 328),
        }
    }

    /// The piece of a lane that is drawn though nothing uses it.
    pub(super) fn idle_lane(self, port: u16) -> String {
        let (x, y) = self.barrier(port);
        match self.direction {
            Direction::Wide => format!("M{} {y}H{}", x - 62, x + 70),
            Direction::Tall => format!("M{x} {}V{}", y - 30, y + 46),
        }
    }
}
