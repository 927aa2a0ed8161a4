//! Sites frame their articles as sites do.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::*;
use super::assert_within;

/// The share of every page that is not its article, by characters.
fn furniture(dump: &Dump) -> Vec<f64> {
    dump.records
        .iter()
        .map(|record| 1.0 - record.body.chars().count() as f64 / record.text.chars().count() as f64)
        .collect()
}

fn source_of(record: &Record) -> &str {
    record.source.as_deref().expect("every page has a source")
}

fn pages_by_source(dump: &Dump) -> BTreeMap<&str, Vec<&Record>> {
    let mut pages: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for record in &dump.records {
        let source = source_of(record);
        pages.entry(source).or_default().push(record);
    }
    pages
}

fn largest_group(dump: &Dump) -> Vec<&Record> {
    let mut groups: HashMap<&str, Vec<&Record>> = HashMap::new();
    for (id, group) in &dump.gold {
        groups.entry(group).or_default().push(dump.record(id));
    }
    groups
        .into_values()
        .max_by_key(Vec::len)
        .expect("a dump has groups")
}

#[test]
fn furniture_is_about_a_third_of_a_page() {
    let dumps = [
        ("three pages a source", three_page_sources(1)),
        ("daily rankings", daily_rankings(1)),
        ("captured fifty times", captured_fifty_times(1)),
        ("one story on thirty sites", one_story_on_thirty_sites(1)),
    ];
    for (name, dump) in &dumps {
        // Copies with paragraphs dropped have more of it.
        assert_within(name, &furniture(dump), 0.2..=0.6);
        let shares = furniture(dump);
        let mean = shares.iter().sum::<f64>() / shares.len() as f64;
        assert!((0.25..=0.4).contains(&mean), "{name}: {mean}");
    }
    for language in Language::ALL {
        let size = Wire {
            originals: 0,
            singles: 200,
            sites: 40,
            language,
            ..Wire::default()
        };
        assert_within(
            &format!("{language:?}"),
            &furniture(&size.dump(1)),
            0.2..=0.48,
        );
    }
}

#[test]
fn a_page_holds_its_article_line_by_line() {
    for record in daily_rankings(2).records {
        let lines: HashSet<&str> = record.text.lines().collect();
        assert!(record.body.lines().all(|line| lines.contains(line)));
    }
}

#[test]
fn a_source_has_three_pages() {
    let dump = three_page_sources(1);
    let pages = pages_by_source(&dump);
    assert_eq!(pages.len(), 60);
    assert!(pages.values().all(|pages| pages.len() == 3));
}

#[test]
fn a_source_prints_a_story_once() {
    for dump in [three_page_sources(1), daily_rankings(1)] {
        let mut seen = HashSet::new();
        for (id, group) in &dump.gold {
            assert!(seen.insert((dump.record(id).source.as_deref(), group)));
        }
    }
}

/// The lines of a site's pages, a set for each day.
fn lines_by_day<'a>(pages: &[&'a Record]) -> BTreeMap<&'a str, HashSet<&'a str>> {
    let mut days: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
    for page in pages {
        let date = page.date.as_deref().expect("every page has a date");
        let day = &date[..10];
        days.entry(day).or_default().extend(page.text.lines());
    }
    days
}

#[test]
fn rankings_are_drawn_anew_every_day() {
    for pages in pages_by_source(&daily_rankings(1)).values() {
        let days: Vec<HashSet<&str>> = lines_by_day(pages).into_values().collect();
        for (yesterday, today) in days.iter().zip(&days[1..]) {
            let new = today.difference(yesterday);
            let headlines = new.filter(|line| line.chars().count() < 120);
            assert!(headlines.count() >= 5);
        }
    }
}

#[test]
fn lists_show_the_headlines_asked_for() {
    for headlines in [Headlines::OfTheDump, Headlines::FromOutside] {
        let size = DailyRankings {
            headlines,
            ..DailyRankings::default()
        };
        let dump = size.dump(1);
        let titles: HashSet<&str> = dump
            .records
            .iter()
            .map(|record| record.title.as_str())
            .collect();
        for record in &dump.records {
            let listed = record
                .text
                .lines()
                .filter(|line| *line != record.title && titles.contains(line))
                .count();
            match headlines {
                Headlines::OfTheDump => assert!((8..=17).contains(&listed), "{listed}"),
                Headlines::FromOutside => assert_eq!(listed, 0),
            }
        }
    }
}

#[test]
fn no_page_ranks_itself() {
    for record in several_captured_fifty_times(1).records {
        let foot: Vec<&str> = record.text.lines().collect();
        let last = foot.iter().rposition(|line| *line == record.title);
        assert!(last.is_none_or(|place| place < 5), "{}", record.text);
    }
}

#[test]
fn a_page_is_captured_fifty_times_under_other_rankings() {
    let dump = captured_fifty_times(1);
    let captures = largest_group(&dump);
    assert_eq!(captures.len(), 50);
    let texts: HashSet<&str> = captures.iter().map(|record| record.text.as_str()).collect();
    let bodies: HashSet<&str> = captures.iter().map(|record| record.body.as_str()).collect();
    assert_eq!((texts.len(), bodies.len()), (50, 1));
    let site = source_of(captures[0]);
    assert_eq!(pages_by_source(&dump)[site].len(), 50 + 40);
    assert_eq!(
        several_captured_fifty_times(1).records.len(),
        4 * 50 + 40 + 60
    );
}

#[test]
fn one_story_stands_on_thirty_sites_half_of_them_with_a_headline_of_their_own() {
    let dump = one_story_on_thirty_sites(1);
    let story = largest_group(&dump);
    let sources: HashSet<&str> = story
        .iter()
        .filter_map(|record| record.source.as_deref())
        .collect();
    let titles: HashSet<&str> = story.iter().map(|record| record.title.as_str()).collect();
    assert_eq!((story.len(), sources.len(), titles.len()), (30, 30, 16));
    let pages = pages_by_source(&dump);
    assert!(
        sources
            .iter()
            .all(|source| (2..=5).contains(&pages[source].len()))
    );
}

#[test]
fn dumps_have_the_sizes_asked_for() {
    let (language, headlines) = (Language::Han, Headlines::FromOutside);
    let three = ThreePageSources {
        sources: 9,
        stories: 4,
        days: 3,
        language,
        headlines,
    };
    assert_eq!(three.dump(1).records.len(), 27);
    let captured = CapturedFiftyTimes {
        pages: 2,
        captures: 6,
        ordinary: 5,
        elsewhere: 7,
        language,
        headlines,
    };
    assert_eq!(captured.dump(1).records.len(), 24);
    let story = OneStoryOnThirtySites {
        sites: 4,
        background: 20,
        language,
        headlines,
    };
    assert!((28..=40).contains(&story.dump(1).records.len()));
    let round_ups = RoundUps {
        articles: 40,
        briefs: 20,
        round_ups: 8,
        sites: 3,
        framed: true,
        language,
    };
    let round_ups = round_ups.dump(1);
    assert_eq!(round_ups.records.len(), 40 + 20 + 6 + 8);
    assert!(furniture(&round_ups).iter().all(|&share| share > 0.1));
    let short = ShortItems {
        items: 3,
        empty: 2,
        furniture_only: 1,
        singles: 4,
        language,
    };
    assert_eq!(short.dump(1).records.len(), 9 + 2 + 1 + 4);
    let horoscopes = Horoscopes {
        days: 7,
        singles: 2,
        language,
    };
    assert_eq!(horoscopes.dump(1).records.len(), 7 + 3 + 2);
}
