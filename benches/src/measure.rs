//! How long a piece of work takes, by whatever clock there is.

/// How a measurement is made.
pub struct Measure<C> {
    /// Nanoseconds since some moment.
    pub clock: C,
    /// How long a round lasts at least, in nanoseconds.
    pub round: f64,
    /// How many rounds there are; the fastest counts.
    pub rounds: u32,
}

impl<C: Fn() -> f64> Measure<C> {
    /// Nanoseconds for each work done once. They are measured in turn, so that a slow moment of the machine meets all.
    ///
    /// # Panics
    /// When a work comes to nothing.
    pub fn best<const N: usize>(&self, mut works: [&mut dyn FnMut() -> usize; N]) -> [f64; N] {
        let often = works.each_mut().map(|work| self.how_often(*work));
        let mut best = [f64::INFINITY; N];
        for _ in 0..self.rounds {
            for ((work, often), best) in works.iter_mut().zip(often).zip(&mut best) {
                *best = best.min(self.time(*work, often) / f64::from(often));
            }
        }
        best
    }

    /// How often the work must be done to last long enough.
    fn how_often(&self, work: &mut dyn FnMut() -> usize) -> u32 {
        let mut often = 1;
        while self.time(work, often) < self.round && often < 1 << 24 {
            often *= 2;
        }
        often
    }

    fn time(&self, work: &mut dyn FnMut() -> usize, often: u32) -> f64 {
        let begun = (self.clock)();
        for _ in 0..often {
            assert!(std::hint::black_box(work()) > 0, "work that comes to nothing is not measured");
        }
        (self.clock)() - begun
    }
}
