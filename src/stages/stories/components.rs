//! Components: what hangs together by pairs.

use super::NodeId;

/// Which nodes hang together: for each one another of its component that is less, or itself.
pub(super) struct Components(pub(super) Vec<NodeId>);

impl Components {
    /// The least node of a component.
    pub(super) fn of(&mut self, node: NodeId) -> NodeId {
        let mut at = node;
        while self.0[at as usize] != at {
            let next = self.0[at as usize];
            self.0[at as usize] = self.0[next as usize];
            at = next;
        }
        at
    }

    pub(super) fn join(&mut self, a: NodeId, b: NodeId) {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}
