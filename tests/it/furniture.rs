//! Furniture is what a site puts around its articles, and nothing that an article says.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use proptest::prelude::*;
use samestory::clean::{Dropped, Furniture};
use samestory::corpus::{Article, Batch, Corpus, ReadReport};
use samestory::error::Result;
use samestory::spill::MemoryBudget;

use crate::corpora::*;

/// Articles that are read in batches of some size.
struct Batched<'a> {
    articles: &'a [Article<'a>],
    size: usize,
}

impl Corpus for Batched<'_> {
    fn inputs(&self) -> Vec<String> {
        vec!["memory".to_owned()]
    }

    fn sweep(&self, visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync)) -> Result<ReadReport> {
        for (number, articles) in self.articles.chunks(self.size).enumerate() {
            let (raw, rejects) = (&[][..], &[][..]);
            visit(Batch {
                number,
                articles,
                raw,
                rejects,
            })?;
        }
        Ok(ReadReport::default())
    }
}

fn learned(articles: &[Article<'_>], size: usize) -> Furniture {
    let budget = MemoryBudget::new(1 << 30, std::env::temp_dir());
    Furniture::learn(&Batched { articles, size }, &budget).expect("it learns")
}

/// Cleans every page of a dump and holds what is left against the truth.
fn is_cleaned(dump: &Dump, what: &str) {
    let articles: Vec<Article<'_>> = dump.records.iter().map(Into::into).collect();
    let furniture = learned(&articles, 256);
    for (record, article) in dump.records.iter().zip(&articles) {
        let cleaned = furniture
            .cleaned(article)
            .unwrap_or_else(|| record.text.clone());
        assert_eq!(
            cleaned, record.body,
            "{what}: {} of {}",
            record.id, record.text
        );
    }
}

fn with_and_without_source(dump: &Dump, what: &str) {
    is_cleaned(dump, &format!("{what}, sources"));
    is_cleaned(
        &dump.clone().without_source(),
        &format!("{what}, no sources"),
    );
}

#[test]
fn a_prompt_under_a_short_lead_is_furniture() {
    for language in Language::ALL {
        for (count, lines, counts) in [(3, 1, false), (20, 1, false), (20, 1, true), (8, 3, false)]
        {
            let mut planted = Planted::new(language, 1);
            planted.prompts(count, lines, counts, "site.example");
            planted.ordinary(160, "site.example");
            let what = format!("{language:?}, {count} pages, {lines} lines, counts {counts}");
            is_cleaned(&planted.dump(), &what);
        }
    }
}

#[test]
fn a_prompt_goes_from_texts_without_line_breaks() {
    for language in [Language::English, Language::Cyrillic, Language::Arabic] {
        let mut planted = Planted::new(language, 1);
        planted.prompts(20, 1, false, "site.example");
        planted.ordinary(160, "site.example");
        is_cleaned(
            &planted.dump().without_line_breaks(),
            &format!("{language:?}"),
        );
    }
}

#[test]
fn a_page_of_nothing_but_a_prompt_keeps_it() {
    for language in Language::ALL {
        let mut planted = Planted::new(language, 1);
        planted.prompts(20, 1, false, "site.example");
        planted.ordinary(100, "site.example");
        let mut dump = planted.dump();
        let prompt = dump.records[0]
            .text
            .lines()
            .last()
            .expect("it has lines")
            .to_owned();
        for (number, record) in dump.records[20..30].iter_mut().enumerate() {
            record.text = prompt.clone();
            record.body = prompt.clone();
            record.title = format!("{} {number}", record.title);
        }
        is_cleaned(&dump, &format!("{language:?}"));
    }
}

#[test]
fn a_block_that_is_most_of_its_pages_is_furniture() {
    for language in Language::ALL {
        for place in [Place::Foot, Place::Middle] {
            for (count, others) in [(3, 160), (6, 0)] {
                // What a company says of itself, and a gallery with its captions.
                for words in [(110, 215, 3), (300, 400, 14)] {
                    let mut planted = Planted::new(language, 2);
                    planted.blocks(count, words, place);
                    planted.ordinary(others, "wire.example");
                    let what = format!("{language:?}, {place:?}, {count} and {others}, {words:?}");
                    is_cleaned(&planted.dump(), &what);
                }
            }
        }
    }
}

#[test]
fn an_article_that_is_brought_up_to_date_is_no_block() {
    for language in Language::ALL {
        let mut planted = Planted::new(language, 3);
        let (title, more) = (planted.headline(), planted.headline());
        let body: Vec<String> = (0..5).map(|_| planted.paragraph(60)).collect();
        for version in 0..6 {
            let title = match version % 3 {
                0 => title.clone(),
                1 => format!("{version}: {title}"),
                _ => format!("{title} {more}"),
            };
            let lead = vec![planted.paragraph(40)];
            planted.add_article("site.example", title, &[lead, body.clone()].concat());
        }
        planted.ordinary(100, "site.example");
        with_and_without_source(&planted.dump(), &format!("{language:?}"));
    }
}

#[test]
fn an_article_that_thirty_sites_print_under_their_own_headlines_is_no_block() {
    for language in Language::ALL {
        let mut planted = Planted::new(language, 4);
        let body: Vec<String> = (0..5).map(|_| planted.paragraph(60)).collect();
        for site in 0..30 {
            let title = planted.headline();
            let more = if site % 2 == 0 {
                vec![planted.paragraph(30)]
            } else {
                Vec::new()
            };
            let text = [body.clone(), more].concat();
            planted.add_article(&format!("s{site}.example"), title, &text);
        }
        for site in 0..30 {
            planted.ordinary(3, &format!("s{site}.example"));
        }
        with_and_without_source(&planted.dump(), &format!("{language:?}"));
    }
}

#[test]
fn numbers_that_seven_pages_of_a_site_have_are_what_they_say() {
    for language in Language::ALL {
        for (days, others) in [(2, 60), (8, 160)] {
            let mut planted = Planted::new(language, 5);
            planted.draws(days, "site.example");
            planted.ordinary(others, "site.example");
            let dump = planted.dump();
            with_and_without_source(&dump, &format!("{language:?}, {days} days"));
            let what = format!("{language:?}, {days} days, no line breaks");
            with_and_without_source(&dump.without_line_breaks(), &what);
        }
    }
}

#[test]
fn what_sites_embed_of_an_agency_stays() {
    for language in Language::ALL {
        let mut planted = Planted::new(language, 6);
        planted.embedded_briefs(4);
        (0..8).for_each(|site| planted.ordinary(20, &format!("site{site}.example")));
        let dump = planted.dump();
        is_cleaned(&dump, &format!("{language:?}"));
        is_cleaned(
            &dump.without_line_breaks(),
            &format!("{language:?}, no line breaks"),
        );
    }
}

#[test]
fn a_record_of_one_sentence_keeps_all_of_it() {
    for language in Language::ALL {
        for join in [" ", "\n", ", "] {
            let mut planted = Planted::new(language, 7);
            planted.sentences(600, join);
            let dump = planted.dump();
            with_and_without_source(&dump, &format!("{language:?}, {join:?}"));
            let mut of_one_source = dump;
            let source = Some("s.example".to_owned());
            of_one_source
                .records
                .iter_mut()
                .for_each(|record| record.source = source.clone());
            is_cleaned(
                &of_one_source,
                &format!("{language:?}, {join:?}, one source"),
            );
        }
    }
}

#[test]
fn the_first_words_of_articles_stay() {
    let mut dump = wire(1);
    for record in &mut dump.records {
        let words: Vec<&str> = record.body.split_whitespace().take(12).collect();
        record.text = words.join(" ");
        record.body = record.text.clone();
    }
    with_and_without_source(&dump, "twelve words");
}

#[test]
fn a_text_with_a_word_on_each_line_keeps_its_words() {
    for language in Language::ALL {
        let mut dump = Wire {
            language,
            originals: 20,
            ..Wire::default()
        }
        .dump(1);
        for record in &mut dump.records {
            let units = language.lexicon().units(&record.body).join("\n");
            let lines: Vec<&str> = units
                .lines()
                .map(str::trim)
                .filter(|it| !it.is_empty())
                .collect();
            record.text = lines.join("\n");
            record.body = record.text.clone();
        }
        with_and_without_source(&dump, &format!("{language:?}"));
    }
}

#[test]
fn the_end_of_a_paragraph_that_is_cut_to_lines_stays() {
    for language in [Language::English, Language::Accented, Language::Arabic] {
        let mut planted = Planted::new(language, 8);
        let lexicon = language.lexicon();
        let ends: Vec<String> = (0..3)
            .map(|_| {
                lexicon
                    .words(2, &mut planted.random)
                    .join(" ")
                    .to_lowercase()
                    + "."
            })
            .collect();
        for page in 0..120 {
            let (title, text) = (planted.headline(), planted.paragraph(90));
            let mut lines = wrapped(text.trim_end_matches('.'), 60);
            // The last line is full, and the sentence ends in the next.
            lines.pop();
            let last = lines.last_mut().expect("there is a line");
            *last = last.trim_end_matches(['.', ',', '،', '"']).to_owned();
            lines.push(ends[page % 3].clone());
            planted.add_article("site.example", title, &lines);
        }
        is_cleaned(&planted.dump(), &format!("{language:?}"));
    }
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is a line");
        if line.chars().count() + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            *line = format!("{line} {word}").trim().to_owned();
        }
    }
    lines
}

#[test]
fn a_page_keeps_its_own_headline_though_every_issue_has_it() {
    for language in Language::ALL {
        let mut planted = Planted::new(language, 9);
        let title = planted.headline();
        for _ in 0..30 {
            let items: Vec<String> = (0..4).map(|_| planted.paragraph(40)).collect();
            let text = [vec![title.clone()], items].concat();
            planted.add_article("site.example", title.clone(), &text);
        }
        planted.ordinary(100, "site.example");
        is_cleaned(&planted.dump(), &format!("{language:?}"));
    }
}

/// Articles of another source, so that what three pages share is little for the whole dump.
static OTHERS: LazyLock<Dump> = LazyLock::new(|| {
    let mut planted = Planted::new(Language::English, 12);
    planted.ordinary(460, "other.example");
    planted.dump()
});

/// Pages of which many are byte for byte the same, on sources that put lines into their articles.
fn pages_of_one_content(pages: &[(usize, usize)]) -> Dump {
    let mut planted = Planted::new(Language::English, 10);
    let lines: Vec<String> = (0..5).map(|_| planted.headline()).collect();
    let contents: Vec<(String, Vec<String>)> = (0..9)
        .map(|content| {
            let [first, last] = [60, 60].map(|words| planted.paragraph(words));
            let [more, most] = [&lines[content % 2], &lines[2 + content % 3]].map(Clone::clone);
            let between = planted.paragraph(40);
            (planted.headline(), vec![first, more, between, most, last])
        })
        .collect();
    for &(content, source) in pages {
        let (title, text) = contents[content].clone();
        planted.add_article(&format!("s{source}.example"), title, &text);
    }
    planted.dump().and("o", OTHERS.clone())
}

/// What is dropped of each page, by its text and source.
fn dropped(dump: &Dump, size: usize) -> BTreeMap<(String, Option<String>), Vec<Dropped>> {
    let articles: Vec<Article<'_>> = dump.records.iter().map(Into::into).collect();
    let furniture = learned(&articles, size);
    let pages = dump.records.iter().zip(&articles);
    pages
        .map(|(record, article)| {
            let page = (record.text.clone(), record.source.clone());
            (page, furniture.dropped(article))
        })
        .collect()
}

#[test]
fn a_record_that_moves_makes_no_line_furniture() {
    // Three pages of the first source bear its lines; one of them stands on the second source too.
    let first = dropped(
        &pages_of_one_content(&[(0, 0), (2, 0), (4, 0), (0, 1), (1, 1)]),
        9,
    );
    let last = dropped(
        &pages_of_one_content(&[(0, 1), (1, 1), (0, 0), (2, 0), (4, 0)]),
        9,
    );
    assert_eq!(first, last);
    assert!(first.values().any(|dropped| !dropped.is_empty()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_is_furniture_does_not_depend_on_order_or_batches(
        pages in prop::collection::vec((0usize..9, 0usize..4), 4..40),
        order in any::<u64>(),
        sizes in (1usize..9, 1usize..50),
    ) {
        let dump = pages_of_one_content(&pages);
        let before = dropped(&dump, sizes.0);
        prop_assert_eq!(before, dropped(&dump.shuffled(order), sizes.1));
    }
}

#[test]
fn pages_that_differ_as_read_are_not_the_same_text() {
    let mut planted = Planted::new(Language::English, 11);
    planted.sentences(800, ", ");
    planted.draws(6, "site.example");
    planted.ordinary(60, "site.example");
    for dump in [planted.clone().dump(), planted.dump().without_line_breaks()] {
        let found = crate::run::run(&dump);
        let mut texts: HashMap<u32, &str> = HashMap::new();
        for (number, record) in dump.records.iter().enumerate() {
            let text = found.clustering.texts.of_article[number];
            let as_read = texts.entry(text).or_insert(&record.text);
            assert_eq!(*as_read, record.text);
        }
    }
}
