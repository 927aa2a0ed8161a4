//! The dumps that people have: each shape of public data is read with the defaults as a person would read it.
//!
//! Of each shape there is a tiny file of three invented articles, the first two of one text. `docs/inputs.md` lists them.

mod shapes;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use samestory::corpus::{Article, Corpus, FileCorpus, ReadReport};
use samestory::error::Result;

use crate::command::{BRIDGE, FERRY, Folder};
use shapes::{Expected, Shape};

/// What an article says, in every shape that has a place for it.
struct Item {
    id: &'static str,
    title: &'static str,
    text: &'static str,
    host: &'static str,
    day: &'static str,
}

const ITEMS: [Item; 3] = [
    Item {
        id: "a",
        title: "No ferry",
        text: FERRY,
        host: "courier.example",
        day: "2021-03-05",
    },
    Item {
        id: "b",
        title: "Ferry stays",
        text: FERRY,
        host: "gazette.example",
        day: "2021-03-06",
    },
    Item {
        id: "c",
        title: "Bridge closed",
        text: BRIDGE,
        host: "ledger.example",
        day: "2021-03-07",
    },
];

impl Item {
    fn url(&self) -> String {
        format!("https://www.{}/news/{}.html", self.host, self.id)
    }

    /// The day and the time of publication.
    fn moment(&self) -> String {
        format!("{} 10:20:30", self.day)
    }

    /// The same in seconds since 1970.
    fn seconds(&self) -> i64 {
        let moment = samestory::corpus::parse_date(&self.moment());
        moment.expect("it is a date").0
    }
}

/// All articles of a corpus in input order, and what was met besides.
fn read(corpus: &FileCorpus) -> Result<(Vec<Article<'static>>, ReadReport)> {
    let articles = Mutex::new(Vec::new());
    let report = corpus.sweep(&|batch| {
        let own = batch.articles.iter().map(|article| article.to_owned());
        articles.lock().expect("nobody panics").extend(own);
        Ok(())
    })?;
    let mut articles = articles.into_inner().expect("nobody panics");
    articles.sort_by_key(|article| article.place);
    Ok((articles, report))
}

fn open(shape: &Shape, folder: &Folder) -> Result<FileCorpus> {
    for (name, bytes) in &shape.files {
        folder.write(name, bytes);
    }
    let mut builder = FileCorpus::builder();
    if let Some(columns) = shape.columns {
        builder = builder.columns(columns.split(',').map(str::to_owned).collect());
    }
    builder.open(&[folder.path(shape.open)])
}

/// What of an article is not as the item says it, as far as its shape has a place for it.
fn wrong(shape: &Shape, article: &Article<'_>, item: &Item) -> Vec<String> {
    let Expected::Articles {
        text,
        is_changed,
        title,
        source,
        date,
    } = shape.expected
    else {
        return Vec::new();
    };
    let expected = if text { item.text } else { "" };
    let is_text = match is_changed {
        true => article.text.contains(&item.text[..40]),
        false => article.text.trim() == expected,
    };
    let day = article
        .published
        .map(|moment| moment.to_string()[..10].to_owned());
    let checks = [
        (is_text, format!("text {:?}", article.text)),
        (
            article.title == if title { item.title } else { "" },
            format!("title {:?}", article.title),
        ),
        (
            article.source.as_deref() == source.then_some(item.host),
            format!("source {:?}", article.source),
        ),
        (
            day.as_deref() == date.then_some(item.day),
            format!("date {day:?}"),
        ),
    ];
    let wrong = checks.into_iter().filter(|(is_right, _)| !is_right);
    wrong.map(|(_, what)| what).collect()
}

/// What is wrong with how a shape is read.
fn complaints(shape: &Shape) -> Vec<String> {
    let folder = Folder::new();
    let corpus = match (open(shape, &folder), shape.expected) {
        (Err(error), Expected::Refused(why)) if error.to_string().contains(why) => {
            return Vec::new();
        }
        (Err(error), _) => return vec![error.to_string()],
        (Ok(_), Expected::Refused(_)) => return vec!["it was read".to_owned()],
        (Ok(corpus), _) => corpus,
    };
    let (articles, report) = match read(&corpus) {
        Ok(read) => read,
        Err(error) => return vec![error.to_string()],
    };
    let lacks_text = matches!(shape.expected, Expected::Articles { text: false, .. });
    let mut wrong: Vec<String> = [
        (report.rejects.is_empty(), format!("{:?}", report.rejects)),
        (report.unreadable_dates == 0, "unreadable dates".to_owned()),
        (corpus.unread().is_empty(), format!("{:?}", corpus.unread())),
        (
            articles.len() == ITEMS.len(),
            format!("{} articles", articles.len()),
        ),
        (
            corpus.titles_only().is_empty() != lacks_text,
            format!("{:?}", corpus.titles_only()),
        ),
    ]
    .into_iter()
    .filter(|(is_right, _)| !is_right)
    .map(|(_, what)| what)
    .collect();
    for (article, item) in articles.iter().zip(&ITEMS) {
        wrong.extend(self::wrong(shape, article, item));
    }
    wrong
}

#[test]
fn every_shape_is_read_as_a_person_would_read_it() {
    let shapes = shapes::all();
    let names: BTreeSet<&str> = shapes.iter().map(|shape| shape.name).collect();
    assert_eq!(names.len(), shapes.len());
    let wrong: Vec<String> = shapes
        .iter()
        .map(|shape| (shape.name, complaints(shape)))
        .filter(|(_, wrong)| !wrong.is_empty())
        .map(|(name, wrong)| format!("{name}: {}", wrong.join("; ")))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_shape_is_read_from_archives_too() {
    let mut wrong = Vec::new();
    for shape in shapes::all() {
        if matches!(shape.expected, Expected::Refused(_)) {
            continue;
        }
        for packed in shape.packed() {
            let complaints = complaints(&packed);
            if !complaints.is_empty() {
                let archive = &packed.files[0].0;
                wrong.push(format!(
                    "{} in {archive}: {}",
                    shape.name,
                    complaints.join("; ")
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_record_of_any_shape_is_lost() {
    for shape in shapes::all() {
        if matches!(shape.expected, Expected::Refused(_)) {
            continue;
        }
        // The second record of a file is broken, wherever the shape has records that can be.
        let (damaged, records) = shape.damaged();
        let folder = Folder::new();
        let name = damaged.name;
        let corpus = open(&damaged, &folder).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (articles, report) = read(&corpus).unwrap_or_else(|error| panic!("{name}: {error}"));
        let rejects: u64 = report.rejects.iter().map(|(_, count)| count).sum();
        let unread = corpus.unread().len() as u64;
        assert_eq!(
            articles.len() as u64 + rejects + unread,
            records,
            "{name}: {:?}",
            report.rejects
        );
    }
}

#[test]
fn every_shape_has_a_row_in_the_documentation() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/inputs.md");
    let documentation = std::fs::read_to_string(path).expect("there is one");
    for shape in shapes::all() {
        let row = format!("| {} |", shape.name);
        assert!(documentation.contains(&row), "{row}");
    }
}
