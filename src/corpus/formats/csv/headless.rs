//! Tables without a header row: how they are known, and what their columns may be.

use crate::corpus::record::{date, host};

/// No name of a column is longer.
const LONGEST_NAME: usize = 60;

/// Whether the fields of a first row are those of a record rather than names.
pub(crate) fn is_record(fields: &[String]) -> bool {
    let is_value = |field: &String| {
        field.chars().count() > LONGEST_NAME
            || field.contains("://")
            || (!field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit()))
            || date::parse(field).is_some()
    };
    fields.iter().any(is_value)
}

/// What the columns may be, by the values in one row: a name each, or none.
pub(crate) fn guess(fields: &[String]) -> Vec<&'static str> {
    let mut guess = vec![""; fields.len()];
    let mut by_length: Vec<usize> = (0..fields.len()).collect();
    by_length.sort_by_key(|&at| std::cmp::Reverse(fields[at].chars().count()));
    let mut prose = by_length.iter().filter(|&&at| {
        let field = fields[at].trim();
        field.split_whitespace().nth(2).is_some() && !field.starts_with(['[', '{'])
    });
    for name in ["text", "title"] {
        if let Some(&at) = prose.next() {
            guess[at] = name;
        }
    }
    for (at, field) in fields.iter().enumerate() {
        if !guess[at].is_empty() {
            continue;
        }
        let is_new = |name| !guess.contains(&name);
        let field = field.trim();
        let name = if field.contains("://") && host::of_url(field).is_some() {
            "url"
        } else if date::parse(field).is_some() && field.len() > 8 {
            "date"
        } else if at == 0 && field.chars().any(|c| c.is_ascii_digit()) && field.len() > 1 {
            "id"
        } else {
            continue;
        };
        if is_new(name) {
            guess[at] = name;
        }
    }
    guess
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_guessed_by_what_is_in_them() {
        let row = [
            "N1001",
            "news",
            "A ferry runs aground",
            "The ferry to the northern islands ran aground on Monday, and nobody was hurt, the harbour master said.",
            "https://a.example/1",
            "[]",
        ]
        .map(str::to_owned);
        assert!(is_record(&row));
        assert_eq!(guess(&row), ["id", "", "title", "text", "url", ""]);
        assert!(!is_record(
            &["id", "cluster", "Article Text"].map(str::to_owned)
        ));
    }
}
