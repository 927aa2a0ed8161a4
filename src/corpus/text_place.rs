//! Texts in the records that they stand in, for whoever writes others in their place.

use super::Article;
use super::formats::reader::Rewritten;
use super::open::input::Input;
use super::record::fields::FieldNames;
use super::record::pick::Picker;

/// Replaces the texts of records, and nothing else in them.
pub(crate) struct TextPlace<'n> {
    names: &'n FieldNames,
    picker: Picker<'n>,
}

impl<'n> TextPlace<'n> {
    /// Where texts stand, by these names of fields.
    pub(crate) fn new(names: &'n FieldNames) -> TextPlace<'n> {
        TextPlace {
            names,
            picker: Picker::new(names),
        }
    }

    /// A record with another text; `None` where the place of its text is not known.
    pub(crate) fn replace(
        &mut self,
        input: &Input,
        article: &Article<'_>,
        raw: &[u8],
        text: &str,
    ) -> Option<Vec<u8>> {
        let record = Rewritten { raw, article, text };
        let columns = input.table(self.names);
        let reader = input.format.reader();
        reader.with_text(record, columns.as_ref(), &mut self.picker)
    }

    /// Whether a record that was not parsed is an article, and no reject.
    pub(crate) fn is_article(&mut self, input: &Input, raw: &[u8]) -> bool {
        let columns = input.table(self.names);
        let reader = input.format.reader();
        reader.is_article(raw, columns.as_ref(), &mut self.picker)
    }
}
