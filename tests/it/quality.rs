//! Copies are found and nothing else, on dumps whose truth is known.

use samestory::copies::CopyRelation;

use crate::corpora::*;
use crate::run::run;

/// Pair F1 of every dump, and recall of excerpts.
const REACHED: f64 = 0.97;

const SEEDS: std::ops::RangeInclusive<u64> = 1..=3;

/// Scores dumps of a kind, each with and without `source`.
fn holds(make: impl Fn(u64) -> Dump) {
    for seed in SEEDS {
        let dump = make(seed);
        for dump in [dump.clone(), dump.without_source()] {
            let scores = dump.score(&run(&dump).clusters());
            let sources = dump.records[0].source.is_some();
            assert!(
                scores.f1 >= REACHED,
                "seed {seed}, sources {sources}: {scores:?}"
            );
        }
    }
}

#[test]
fn three_pages_of_a_source_are_enough_to_know_its_furniture() {
    holds(three_page_sources);
}

#[test]
fn rankings_redrawn_every_day_hide_no_copy_and_make_none() {
    holds(daily_rankings);
}

#[test]
fn a_page_captured_fifty_times_keeps_its_lines() {
    holds(captured_fifty_times);
    holds(several_captured_fifty_times);
}

#[test]
fn a_story_on_thirty_sites_keeps_its_lines() {
    holds(one_story_on_thirty_sites);
}

#[test]
fn wire_stories_are_known_through_every_edit() {
    holds(wire);
}

#[test]
fn one_setting_serves_five_languages() {
    holds(wire_in_five_languages);
}

#[test]
fn headlines_of_articles_that_nobody_scraped_are_furniture_too() {
    let headlines = Headlines::FromOutside;
    holds(|seed| {
        let size = DailyRankings {
            headlines,
            ..DailyRankings::default()
        };
        size.dump(seed)
    });
}

fn excerpts_are_found(fraction: f64) {
    for language in [Language::English, Language::Han] {
        for framed in [true, false] {
            let size = Excerpts {
                fraction,
                language,
                framed,
                ..Excerpts::default()
            };
            for seed in SEEDS {
                let dump = size.dump(seed);
                for dump in [dump.clone(), dump.without_source()] {
                    let found = run(&dump);
                    let recall = dump.recall_by_edit(&found.clusters())["excerpt"];
                    // A twentieth of an article in Han is some fifty characters.
                    let least = match fraction < 0.1 && language == Language::Han {
                        true => 0.95,
                        false => REACHED,
                    };
                    assert!(
                        recall >= least,
                        "{language:?}, framed {framed}, seed {seed}: {recall}"
                    );
                    assert!(dump.score(&found.clusters()).precision >= REACHED);
                    leads_are_whole(&dump, &found);
                }
            }
        }
    }
}

/// The full text stands for its excerpt, though it be younger; half a text may be a version of it.
fn leads_are_whole(dump: &Dump, found: &crate::run::Found) {
    for Pair {
        a: full, b: part, ..
    } in &dump.pairs
    {
        if found.together(full, part) && found.member(part).relation == CopyRelation::Excerpt {
            assert_eq!(found.representative(part), full);
        }
    }
}

#[test]
fn an_excerpt_of_half_an_article_is_found() {
    excerpts_are_found(0.5);
}

#[test]
fn an_excerpt_of_a_quarter_of_an_article_is_found() {
    excerpts_are_found(0.25);
}

#[test]
fn an_excerpt_of_an_eighth_of_an_article_is_found() {
    excerpts_are_found(0.125);
}

#[test]
fn an_excerpt_of_a_twentieth_of_an_article_is_found() {
    excerpts_are_found(0.05);
}

#[test]
fn two_excerpts_of_one_page_are_both_kept() {
    for seed in SEEDS {
        let dump = page_with_two_excerpts_of_itself(seed);
        let found = run(&dump);
        let scores = dump.score(&found.clusters());
        assert_eq!((scores.precision, scores.recall), (1.0, 1.0), "seed {seed}");
    }
}

#[test]
fn a_chain_of_edits_does_not_join_its_ends() {
    for language in Language::ALL {
        for seed in SEEDS {
            let dump = EditChains {
                language,
                ..EditChains::default()
            }
            .dump(seed);
            let found = run(&dump);
            for pair in dump.pairs.iter().filter(|pair| pair.edit == "ends") {
                assert!(!found.together(&pair.a, &pair.b), "{language:?} {seed}");
            }
            let neighbours = dump.recall_by_edit(&found.clusters())["neighbours"];
            assert!(neighbours > 0.4, "{language:?} {seed}: {neighbours}");
        }
    }
}

#[test]
fn round_ups_join_nothing_they_quote_in_part() {
    for framed in [false, true] {
        let dump = RoundUps {
            framed,
            ..RoundUps::default()
        }
        .dump(1);
        let together = dump.recall_by_edit(&run(&dump).clusters());
        assert_eq!(together["quotes a part"], 0.0);
        // Of the framed briefs some keep a line of their page.
        let least = if framed { 0.9 } else { 1.0 };
        assert!(together["verbatim"] >= least, "{together:?}");
        assert!(together["dateline"] >= least, "{together:?}");
        // A brief quoted whole stands in the round-up as an excerpt stands in its article, and two such, or one that
        // is nearly half of it, are what excerpts of one page look like: of these pairs 7% to 9% are together.
        let whole = together["quotes it whole"];
        println!("briefs joined to a round-up that quotes them whole, framed {framed}: {whole}");
        assert!(whole <= 0.1, "{together:?}");
    }
}

#[test]
fn an_item_of_eight_words_is_a_copy_only_of_the_same_eight() {
    for language in Language::ALL {
        let dump = ShortItems {
            language,
            ..ShortItems::default()
        }
        .dump(1);
        for dump in [dump.clone(), dump.without_source()] {
            let found = run(&dump);
            let together = dump.recall_by_edit(&found.clusters());
            assert_eq!(together["repeated"], 1.0, "{language:?}");
            // Eight words of Han can be sixteen characters, which are no longer too few to be compared.
            let most = if language == Language::Han { 0.1 } else { 0.0 };
            assert!(together["one word changed"] <= most, "{language:?}");
        }
    }
}

#[test]
fn a_page_without_an_article_is_alone() {
    let dump = short_items(2);
    let found = run(&dump);
    for record in dump.records.iter().filter(|record| record.body.is_empty()) {
        assert!(found.is_alone(&record.id), "{}", record.text);
    }
}

#[test]
fn articles_of_one_template_are_told_apart_where_most_of_them_is_filled_in() {
    let dump = Templated {
        open_sentences: 0.9,
        ..Templated::default()
    }
    .dump(1);
    let together = dump.recall_by_edit(&run(&dump).clusters());
    assert_eq!((together["same template"], together["reprint"]), (0.0, 1.0));
}

#[test]
fn articles_of_one_template_are_told_apart_where_half_of_them_is_filled_in() {
    let dump = templated(1);
    let scores = dump.score(&run(&dump).clusters());
    assert!(scores.f1 >= REACHED, "{scores:?}");
}
