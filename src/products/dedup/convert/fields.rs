//! A record told field by field.

use std::borrow::Cow;

use super::super::KeptCounts;
use super::super::rewrite::{MARKS, Rewriter, Writing, marks};
use crate::corpus::{Article, Batch, Fields, cells, entries};
use crate::error::Result;
use crate::output::Value;

/// What is told of an article that has no fields of its own: a page, a text.
pub(super) const OF_PAGES: [&str; 7] =
    ["id", "title", "text", "source", "published", "url", "lang"];

/// The value of a field.
#[derive(Clone, Debug)]
pub(super) enum Told<'r> {
    /// As JSON has it.
    Json(&'r str),
    /// A cell of a CSV: nobody says whether it is a number.
    Cell(Cow<'r, str>),
    /// A value of a known type.
    Field(Value<'r>),
}

impl Told<'_> {
    /// The value as a text; `None` where it is absent. Lists and objects are told as JSON.
    pub(super) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Told::Json(json) if json.starts_with('"') => Some(unquoted(json)),
            Told::Json("null") | Told::Field(Value::Absent) => None,
            Told::Json(json) => Some(Cow::Borrowed(json)),
            Told::Cell(cell) => Some(Cow::Borrowed(cell)),
            Told::Field(Value::Text(text)) => Some(Cow::Borrowed(text)),
            Told::Field(value) => Some(Cow::Owned(value.to_string())),
        }
    }
}

/// The text that a JSON string is; lone surrogates in it are mended.
fn unquoted(json: &str) -> Cow<'_, str> {
    if let Ok(text) = serde_json::from_str::<&str>(json) {
        return Cow::Borrowed(text);
    }
    let text = serde_json::from_str(json).or_else(|_| {
        let (mended, _) = crate::corpus::mended(json.as_bytes());
        serde_json::from_str(&mended)
    });
    text.map_or(Cow::Borrowed(json), Cow::Owned)
}

/// A record that is kept.
pub(super) struct Record<'r> {
    pub(super) fields: Vec<(Cow<'r, str>, Told<'r>)>,
    pub(super) marks: Option<[Value<'r>; MARKS]>,
    /// About how much it holds.
    pub(super) bytes: usize,
}

type Visit<'v> = &'v mut dyn FnMut(&Record<'_>) -> Result<()>;

/// Tells the kept records of batches.
pub(super) struct Teller<'a> {
    pub(super) rewriter: &'a Rewriter<'a>,
    /// The names of the columns of each input; none where it has no header row.
    headers: Vec<Vec<String>>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(rewriter: &'a Rewriter<'a>) -> Teller<'a> {
        let inputs = rewriter.inputs.iter();
        let headers = inputs.map(|input| all_different(input.columns(rewriter.names)));
        Teller {
            headers: headers.collect(),
            rewriter,
        }
    }

    pub(super) fn headers(&self) -> impl Iterator<Item = &[String]> {
        self.headers.iter().map(Vec::as_slice)
    }

    /// Hands on the kept records of a batch, in their order.
    pub(super) fn tell(&self, batch: &Batch<'_>, visit: Visit<'_>) -> Result<KeptCounts> {
        let mut writing = self.rewriter.begin();
        let mut kept = KeptCounts::default();
        for (article, &raw) in batch.articles.iter().zip(batch.raw) {
            match writing.fate(article.place, raw)? {
                Some(fate) if fate.keep => {
                    kept.kept += 1;
                    let marked = self.rewriter.marked(fate)?;
                    let marks = marked.as_ref().map(marks);
                    self.tell_record(article, raw, marks, &mut writing, visit)?;
                }
                Some(_) => kept.removed += 1,
                None => {}
            }
        }
        Ok(kept)
    }

    fn tell_record(
        &self,
        article: &Article<'_>,
        raw: &[u8],
        marks: Option<[Value<'_>; MARKS]>,
        writing: &mut Writing<'_>,
        visit: Visit<'_>,
    ) -> Result<()> {
        let at = article.place.input as usize;
        match self.rewriter.inputs[at].format.fields() {
            Fields::Cells(dialect) => {
                let row = writing.cleaned(article, raw)?;
                let bytes = row.len();
                let mut header = self.headers[at].iter();
                let cells = cells(&row, dialect).into_iter().enumerate();
                let fields = cells.map(|(column, cell)| {
                    let name = match header.next() {
                        Some(name) => Cow::Borrowed(name.as_str()),
                        // A cell too many has no name.
                        None => Cow::Owned(nameless(column)),
                    };
                    // So databases write that there is nothing.
                    let is_absent = cell == "\\N";
                    (
                        name,
                        if is_absent {
                            Told::Json("null")
                        } else {
                            Told::Cell(cell)
                        },
                    )
                });
                let fields = fields.collect();
                visit(&Record {
                    fields,
                    marks,
                    bytes,
                })
            }
            Fields::Keys => {
                let line = writing.cleaned(article, raw)?;
                let told = entries(&line, |entries| {
                    let fields = entries
                        .into_iter()
                        .map(|(name, value)| (Cow::Owned(name), Told::Json(value.get())));
                    visit(&Record {
                        fields: fields.collect(),
                        marks,
                        bytes: line.len(),
                    })
                });
                told.unwrap_or_else(|| Err(writing.unfit_record(article)))
            }
            _ => self.tell_page(article, marks, visit),
        }
    }

    /// Tells what is known of an article, since its record is a page or a text and no fields.
    fn tell_page(
        &self,
        article: &Article<'_>,
        marks: Option<[Value<'_>; MARKS]>,
        visit: Visit<'_>,
    ) -> Result<()> {
        let cleaned = self.rewriter.cleaned(article);
        let text = cleaned.as_deref().unwrap_or(&article.text);
        let place = article.place;
        let input = &self.rewriter.inputs[place.input as usize].name;
        let named = article.external_id.as_deref().map(Cow::Borrowed);
        let id = named.unwrap_or_else(|| format!("{input}:{}", place.record).into());
        let some = |text| match text {
            Some("") | None => Value::Absent,
            Some(text) => Value::Text(text),
        };
        let values = [
            Value::Text(&id),
            some(Some(&*article.title)),
            some(Some(text)),
            some(article.source.as_deref()),
            article.published.map_or(Value::Absent, Value::Time),
            some(article.url.as_deref()),
            some(article.lang.as_deref()),
        ];
        let names = OF_PAGES.into_iter().map(Cow::Borrowed);
        visit(&Record {
            fields: names.zip(values.map(Told::Field)).collect(),
            marks,
            bytes: text.len() + article.title.len(),
        })
    }
}

/// The names of a header row, with a number behind one that was there before, and one for each that is empty.
fn all_different(names: Vec<String>) -> Vec<String> {
    let mut taken: Vec<String> = Vec::with_capacity(names.len());
    for (column, name) in names.iter().enumerate() {
        let first = match name.as_str() {
            "" => nameless(column),
            name => name.to_owned(),
        };
        let mut name = first.clone();
        let mut count = 1;
        while taken.contains(&name) || (count > 1 && names.contains(&name)) {
            count += 1;
            name = format!("{first}_{count}");
        }
        taken.push(name);
    }
    taken
}

/// What a column is called that has no name.
fn nameless(column: usize) -> String {
    format!("column_{}", column + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_one_name_get_different_ones() {
        let names = ["a", "", "a", "a_2", "b", ""].map(str::to_owned);
        assert_eq!(
            all_different(names.into()),
            ["a", "column_2", "a_3", "a_2", "b", "column_6"]
        );
    }

    #[test]
    fn a_lone_surrogate_in_a_text_is_mended() {
        assert_eq!(unquoted(r#""a\ud800b""#), "ab");
        assert_eq!(unquoted(r#""a\nb""#), "a\nb");
        assert_eq!(unquoted(r#""ab""#), "ab");
    }
}
