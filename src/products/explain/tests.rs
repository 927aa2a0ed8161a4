//! What tells two articles apart is told everywhere that an explanation is.

use super::{Decision, Explainer, Explanation, Paint, Subject, because, changes};
use crate::config::Config;
use crate::corpus::{Corpus, FileCorpus};
use crate::products::state::{State, StateWriter};
use crate::results::tables::Tables;
use crate::stages::copies::{Kind, Refusal};

/// Two draws of a lottery: all but the figures is the same.
const DRAWS: [&str; 2] = [
    "The winning numbers drawn on Monday in the Harbour Draw of the northern counties were 4, 17, 23, 31 and 40. Nobody \
     has named them all, so the jackpot of the week goes on into the draw that the lottery of the counties holds next.",
    "The winning numbers drawn on Monday in the Harbour Draw of the northern counties were 4, 18, 29, 36 and 44. Nobody \
     has named them all, so the jackpot of the week goes on into the draw that the lottery of the counties holds next.",
];

/// Explains two draws as if this had told them apart.
fn explained(refusal: Refusal, decision: Decision, check: impl FnOnce(&Explanation<'_>)) {
    let (folder, config) = (tempfile::tempdir().unwrap(), Config::default());
    let dump = folder.path().join("dump.jsonl");
    let line = |(id, text): (u32, &str)| {
        format!(
            "{}\n",
            serde_json::json!({ "id": format!("draw-{id}"), "title": "Harbour Draw", "text": text })
        )
    };
    let lines: String = (1..).zip(DRAWS).map(line).collect();
    std::fs::write(&dump, lines).unwrap();
    let corpus = FileCorpus::builder()
        .open(&[dump.to_str().unwrap()])
        .unwrap();
    let kept = folder.path().join("kept");
    let keeper = StateWriter::create(&kept).unwrap();
    let found = keeper.cluster(&corpus, &config, &|_| Ok(())).unwrap();
    let inputs = corpus.inputs();
    let tables = Tables::new(&found, &inputs).unwrap();
    keeper
        .finish(&corpus, &config, &tables)
        .unwrap()
        .commit()
        .unwrap();
    let state = State::open(&kept, &corpus, &config).unwrap();
    let explainer = Explainer::new(&state, &corpus, &config).unwrap();
    let item = |id: &str| Subject {
        kind: Kind::Form,
        form_id: Some("draw-1".to_owned()),
        ..explainer.subject(id).unwrap()
    };
    let (a, b) = (item("draw-1"), item("draw-2"));
    let mut it = explainer.explain(&a, &b).unwrap();
    it.decision = decision;
    it.copies.refusal = Some(refusal);
    it.copies.verdict = None;
    it.is_direct = false;
    it.because = because::because(&it, &config);
    it.changes = changes::changes(&it, &config);
    check(&it);
}

#[test]
fn items_of_one_form_are_told_apart_in_text_and_page_and_for_programs() {
    let refusal = Refusal::Numbers { differ: 4, of: 5 };
    explained(refusal, Decision::Apart, |it| {
        let sentence = "Not copies: items of one form; 4 of 5 numbers differ.";
        assert_eq!(it.because[0], sentence);
        assert!(
            it.because[1]
                .starts_with("What they share would be enough: a Jaccard similarity of 0.")
        );
        // No threshold changes what the figures say.
        assert!(
            !it.changes
                .iter()
                .any(|change| change.contains("copy-threshold")),
            "{:?}",
            it.changes
        );
        let paint = Paint {
            is_coloured: false,
            width: 90,
        };
        let shown = it.show(paint);
        assert!(shown.contains(sentence), "{shown}");
        assert_eq!(
            shown.matches("an item of the form of draw-1").count(),
            2,
            "{shown}"
        );
        let page = it.page();
        assert!(page.contains(sentence));
        assert_eq!(
            page.matches("an item of the form of draw-1").count(),
            2,
            "{page}"
        );
        let json = serde_json::to_value(it).unwrap();
        assert_eq!(json["because"][0], sentence);
        assert_eq!(
            json["copies"]["refusal"],
            serde_json::json!({ "evidence": "numbers", "differ": 4, "of": 5 })
        );
        assert_eq!(json["a"]["kind"], "form");
        assert_eq!(json["b"]["form_id"], "draw-1");
    });
}

#[test]
fn two_that_are_together_through_others_are_no_copies_by_themselves() {
    explained(Refusal::Subject, Decision::Near, |it| {
        let told = it.because.join("\n");
        let sentence = "No copies by themselves: items of one form; the title of one names what the text of the other does not have.";
        assert!(told.contains(sentence), "{told}");
        assert!(told.contains("through others of their group"), "{told}");
    });
}
