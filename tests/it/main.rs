//! What the tool promises its users.

mod corpora;
