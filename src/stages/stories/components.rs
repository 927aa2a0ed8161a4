//! Components: what hangs together by pairs.

/// Which nodes hang together: for each one another of its component that is less, or itself.
pub(super) struct Components(pub(super) Vec<u32>);

impl Components {
    /// The least node of a component.
    pub(super) fn of(&mut self, node: u32) -> u32 {
        let mut at = node;
        while self.0[at as usize] != at {
            let next = self.0[at as usize];
            self.0[at as usize] = self.0[next as usize];
            at = next;
        }
        at
    }

    pub(super) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}
