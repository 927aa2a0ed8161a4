//! What a title has to do with its text, as a number of one byte.

use zerocopy::{FromBytes, Immutable, IntoBytes};

/// What the title of an article has to do with its text: how many in a hundred of its words the text lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(transparent)]
pub(crate) struct Heading(u8);

impl Heading {
    /// There is no text: the title stands in for it.
    pub(crate) const ALONE: Heading = Heading(254);
    /// There is no title.
    const NONE: Heading = Heading(255);

    /// How many in a hundred words of the title the text lacks; `None` where one of the two is missing.
    pub(crate) fn lacking(self) -> Option<u8> {
        (self.0 <= 100).then_some(self.0)
    }

    /// As a number.
    pub(crate) fn code(self) -> u32 {
        self.0.into()
    }

    /// Of its number.
    pub(crate) fn of_code(code: u32) -> Option<Heading> {
        u8::try_from(code).ok().map(Heading)
    }

    /// Whether a title stands in for the text.
    pub(crate) fn is_alone(self) -> bool {
        self == Heading::ALONE
    }

    /// Of the tokens of both.
    pub(crate) fn of(title: &[u64], text: &[u64]) -> Heading {
        if title.is_empty() {
            return Heading::NONE;
        }
        let lacking = title.iter().filter(|word| !text.contains(word)).count();
        Heading((100 * lacking / title.len()) as u8)
    }
}
