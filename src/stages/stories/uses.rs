//! Uses of words as bytes, so that no text is read twice.

use super::features::{Marks, Use};

/// A word from this number on takes four bytes more.
const LONG: u16 = u16::MAX;

/// An article's words as bytes.
pub(super) fn to_bytes(uses: &[Use], bytes: &mut Vec<u8>) {
    for used in uses {
        bytes.push(used.marks.0);
        let short = u16::try_from(used.word).unwrap_or(LONG);
        bytes.extend_from_slice(&short.to_le_bytes());
        if short == LONG {
            bytes.extend_from_slice(&used.word.to_le_bytes());
        }
    }
}

/// The words that were kept as bytes.
pub(super) fn of_bytes(mut bytes: &[u8], uses: &mut Vec<Use>) {
    uses.clear();
    while let Some((&[marks, low, high], rest)) = bytes.split_first_chunk() {
        let mut word = u32::from(u16::from_le_bytes([low, high]));
        bytes = rest;
        if word == u32::from(LONG)
            && let Some((four, rest)) = bytes.split_first_chunk()
        {
            word = u32::from_le_bytes(*four);
            bytes = rest;
        }
        uses.push(Use {
            word,
            marks: Marks(marks),
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn uses_come_back_as_they_were(words in prop::collection::vec((any::<u8>(), prop_oneof![0u32..70_000, any::<u32>()]), 0..50)) {
            let uses: Vec<Use> = words.into_iter().map(|(marks, word)| Use { word, marks: Marks(marks) }).collect();
            let (mut bytes, mut back) = (Vec::new(), Vec::new());
            to_bytes(&uses, &mut bytes);
            of_bytes(&bytes, &mut back);
            prop_assert_eq!(back, uses);
        }
    }
}
