//! What is no article is no copy: items of forms, notices, records without text, texts around a shared block.

use samestory::copies::Kind;

use crate::corpora::*;
use crate::run::{Found, run};

/// The ids that begin with a letter.
fn ids<'d>(dump: &'d Dump, letter: &str) -> Vec<&'d str> {
    let ids = dump.records.iter().map(|record| record.id.as_str());
    ids.filter(|id| id.starts_with(letter)).collect()
}

/// How many pairs of these are in one group, of how many there are.
fn joined(found: &Found, ids: &[&str]) -> (usize, usize) {
    let mut joined = 0;
    for (at, a) in ids.iter().enumerate() {
        joined += ids[at + 1..]
            .iter()
            .filter(|b| found.together(a, b))
            .count();
    }
    (joined, ids.len() * (ids.len() - 1) / 2)
}

fn every_language() -> impl Iterator<Item = (Language, bool)> {
    let known = Language::ALL.map(|language| (language, false));
    known.into_iter().chain([(Language::Cyrillic, true)])
}

/// Items of a form of any size stay apart, and the same item printed twice is found, in any language.
fn items_stay_apart(items: usize, sentences: usize) {
    for (language, ethiopic) in every_language() {
        for slots in Slots::ALL {
            let form = Forms {
                language,
                ethiopic,
                items,
                slots,
                sentences,
                singles: 40,
            };
            let dump = form.dump(items as u64);
            let found = run(&dump);
            let (joined, pairs) = joined(&found, &ids(&dump, "f"));
            assert!(
                joined * 100 <= pairs,
                "{form:?}: {joined} of {pairs} pairs joined"
            );
            let twice =
                (0..items).filter(|item| found.together(&format!("f{item}"), &format!("r{item}")));
            let twice = twice.count();
            assert!(
                twice * 100 >= items * 95,
                "{form:?}: {twice} of {items} found again"
            );
        }
    }
}

#[test]
fn two_or_three_items_of_a_form_are_no_copies() {
    items_stay_apart(2, 12);
    items_stay_apart(3, 12);
}

#[test]
fn a_dozen_items_of_a_form_are_no_copies() {
    items_stay_apart(6, 8);
    items_stay_apart(12, 12);
}

#[test]
fn forty_items_of_a_form_are_no_copies_and_are_told() {
    items_stay_apart(40, 10);
    let form = Forms {
        language: Language::English,
        ethiopic: false,
        items: 40,
        slots: Slots::Both,
        sentences: 10,
        singles: 60,
    };
    let dump = form.dump(9);
    let found = run(&dump);
    let first = found.member("f0").form;
    assert!(first.is_some());
    for id in ids(&dump, "f") {
        let member = found.member(id);
        assert_eq!((member.kind, member.form), (Kind::Form, first), "{id}");
    }
    for id in ids(&dump, "s") {
        assert_eq!(found.member(id).kind, Kind::Article, "{id}");
    }
}

#[test]
fn four_hundred_items_of_a_form_are_no_copies_and_are_told() {
    for language in [Language::English, Language::Arabic, Language::Han] {
        let form = Forms {
            language,
            ethiopic: false,
            items: 400,
            slots: Slots::Both,
            sentences: 10,
            singles: 60,
        };
        let dump = form.dump(5);
        let found = run(&dump);
        let items = ids(&dump, "f");
        let (joined, pairs) = joined(&found, &items);
        assert!(joined * 1000 <= pairs, "{language:?}: {joined} of {pairs}");
        let told = items
            .iter()
            .filter(|id| found.member(id).kind == Kind::Form);
        assert!(told.count() * 100 >= 95 * items.len(), "{language:?}");
    }
}

#[test]
fn a_notice_under_many_headlines_is_no_article() {
    for language in Language::ALL {
        for (pages, sites) in [(3, 1), (12, 1), (6, 6), (60, 4)] {
            let dump = notices(language, (pages, sites), false, 4);
            let found = run(&dump);
            for id in ids(&dump, "n") {
                let member = found.member(id);
                assert!(found.is_alone(id), "{language:?} {pages} {sites}: {id}");
                assert_eq!(
                    member.kind,
                    Kind::Notice,
                    "{language:?} {pages} {sites}: {id}"
                );
                assert_eq!(member.form, found.member("n0").form);
            }
        }
    }
}

#[test]
fn a_notice_that_counts_something_is_no_article_either() {
    for language in Language::ALL {
        let dump = notices(language, (20, 1), true, 4);
        let found = run(&dump);
        for id in ids(&dump, "n") {
            assert!(found.is_alone(id), "{language:?}: {id}");
        }
    }
}

#[test]
fn articles_around_one_block_are_no_copies() {
    for language in Language::ALL {
        for (articles, words) in [(2, 150), (2, 240), (5, 240), (5, 600)] {
            for block in [Block::Foot, Block::Middle] {
                let dump = around_a_block(language, articles, (block, words), 6);
                let found = run(&dump);
                let (joined, _) = joined(&found, &ids(&dump, "b"));
                assert_eq!(
                    joined, 0,
                    "{language:?}, {articles} around {words} words, {block:?}"
                );
            }
        }
    }
}
