//! A refusal in a sentence: what tells two texts apart that are alike.

use super::Subject;
use crate::stages::copies::{Kind, Refusal};

/// Why two texts are no copies, in a sentence. Those that are together all the same, through others, are told so.
pub(super) fn refused(refusal: Refusal, a: &Subject, b: &Subject, are_together: bool) -> String {
    let no_copies = match are_together {
        true => "No copies by themselves",
        false => "Not copies",
    };
    let what = match (a.kind, b.kind) {
        // What a notice is says the evidence already.
        _ if refusal == Refusal::Notice => None,
        (Kind::Form, Kind::Form) if a.form_id == b.form_id => Some("items of one form"),
        (Kind::Notice, Kind::Notice) if a.form_id == b.form_id => Some("two pages with one notice"),
        (Kind::Form, Kind::Form) => Some("items of two forms"),
        (Kind::Notice, Kind::Notice) => Some("two notices"),
        _ => None,
    };
    match what {
        Some(what) => format!("{no_copies}: {what}; {}.", evidence(refusal)),
        None => format!("{no_copies}: {}.", evidence(refusal)),
    }
}

/// What the evidence is.
fn evidence(refusal: Refusal) -> String {
    let differ = |differ: u32, of: u32, what: &str| match (differ, of) {
        (1, 1) => format!("the one {what} of both differs"),
        (1, _) => format!("1 of {of} {what}s differs"),
        _ => format!("{differ} of {of} {what}s differ"),
    };
    match refusal {
        Refusal::Numbers { differ: n, of } => differ(n, of, "number"),
        Refusal::Names { differ: n, of } => differ(n, of, "name"),
        Refusal::Subject => {
            "the title of one names what the text of the other does not have".to_owned()
        }
        Refusal::Slots { differ, tokens } => format!(
            "they fill in one template, with other words in {} of {}",
            plural(differ.into(), "place"),
            plural(tokens.into(), "word")
        ),
        Refusal::Apart { percent } => format!(
            "all they share is one block, and around it at least {percent}% of each is its own, on both sides"
        ),
        Refusal::Short => {
            "they are too short to tell a copy from what is alike by chance".to_owned()
        }
        Refusal::Late { hours } => {
            let time = match hours {
                0..48 => plural(hours, "hour"),
                _ => plural(hours / 24, "day"),
            };
            format!(
                "they were published {time} apart, and what differs between them is more than an update so late"
            )
        }
        Refusal::Template => "all they share is what a template has".to_owned(),
        Refusal::Notice => "one of them is a notice, which is nobody's copy".to_owned(),
    }
}

fn plural(number: u64, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

impl Subject {
    /// What it is, if it is no article.
    pub fn kind_told(&self) -> Option<String> {
        let form = self.form_id.as_deref();
        match (self.kind, form) {
            (Kind::Article, _) => None,
            (Kind::Empty, _) => Some("no article: without text".to_owned()),
            (Kind::Notice, None) => Some("no article: a notice".to_owned()),
            (Kind::Notice, Some(form)) => Some(format!("no article: the notice of {form}")),
            (Kind::Form, None) => Some("an item of a form".to_owned()),
            (Kind::Form, Some(form)) => Some(format!("an item of the form of {form}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_told_in_plain_words() {
        let all = [
            Refusal::Numbers { differ: 5, of: 6 },
            Refusal::Numbers { differ: 1, of: 6 },
            Refusal::Numbers { differ: 1, of: 1 },
            Refusal::Names { differ: 2, of: 2 },
            Refusal::Subject,
            Refusal::Slots {
                differ: 1,
                tokens: 1,
            },
            Refusal::Slots {
                differ: 7,
                tokens: 12,
            },
            Refusal::Apart { percent: 64 },
            Refusal::Short,
            Refusal::Late { hours: 1 },
            Refusal::Late { hours: 47 },
            Refusal::Late { hours: 80 },
            Refusal::Template,
            Refusal::Notice,
        ];
        let told: Vec<String> = all.into_iter().map(evidence).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        5 of 6 numbers differ
        1 of 6 numbers differs
        the one number of both differs
        2 of 2 names differ
        the title of one names what the text of the other does not have
        they fill in one template, with other words in 1 place of 1 word
        they fill in one template, with other words in 7 places of 12 words
        all they share is one block, and around it at least 64% of each is its own, on both sides
        they are too short to tell a copy from what is alike by chance
        they were published 1 hour apart, and what differs between them is more than an update so late
        they were published 47 hours apart, and what differs between them is more than an update so late
        they were published 3 days apart, and what differs between them is more than an update so late
        all they share is what a template has
        one of them is a notice, which is nobody's copy
        ");
    }

    #[test]
    fn evidence_is_told_to_programs_with_its_figures() {
        let told = |refusal| serde_json::to_string(&refusal).unwrap();
        assert_eq!(
            told(Refusal::Numbers { differ: 5, of: 6 }),
            r#"{"evidence":"numbers","differ":5,"of":6}"#
        );
        assert_eq!(told(Refusal::Short), r#"{"evidence":"short"}"#);
    }
}
