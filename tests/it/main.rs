//! What the tool promises its users.
