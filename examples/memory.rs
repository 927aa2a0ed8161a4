//! Finds copies and stories among articles held in memory: `cargo run --example memory`.

use samestory::config::{Config, Keep, Threshold};
use samestory::corpus::{Article, parse_date};
use samestory::error::Result;
use samestory::pipeline;

/// Id, source, time of publication, title and text.
type Row = [&'static str; 5];

const ROWS: [Row; 4] = [
    [
        "courier-1",
        "courier.example",
        "2024-05-03T08:00:00Z",
        "No ferry before Monday",
        "The ferry to the northern islands will not sail before Monday, the harbour master said, since the fog that has \
         lain over the sound for a week is not expected to lift. Two hundred passengers wait in the school of Orrin.",
    ],
    [
        "gazette-7",
        "gazette.example",
        "2024-05-03T11:30:00Z",
        "Islands cut off by fog",
        "The ferry to the northern islands will not sail before Monday, the harbour master said on Friday, since the fog \
         that has lain over the sound for a week is not expected to lift. Two hundred passengers wait in the school of \
         Orrin.",
    ],
    [
        "ledger-3",
        "ledger.example",
        "2024-05-04T06:15:00Z",
        "Reservoir deal after night of talks",
        "Farmers in three valleys have agreed to share what is left of the reservoir until autumn, after a night of talks \
         that the mayor called the longest of her life.",
    ],
    [
        "post-9",
        "post.example",
        "2024-05-04T07:45:00Z",
        "A week in the school hall",
        "Children in Orrin sleep beside strangers: the school hall has been a waiting room since the fog closed the sound, \
         and nobody has seen the ferry since.",
    ],
];

/// Runs the example.
pub(crate) fn main() -> Result<()> {
    let articles: Vec<Article<'_>> = ROWS.iter().map(article).collect();
    let config = Config {
        copy_threshold: Threshold::new("copy_threshold", 0.5)?,
        keep: Keep::Longest,
        ..Config::default()
    };
    let found = pipeline::cluster(&articles[..], &config, &|_stage| Ok(()))?;

    let id = |article: u32| ROWS[article as usize][0];
    for (row, (copy, number)) in ROWS.iter().zip(found.groups.iter().zip(0..)) {
        let story = found.stories.of(number);
        println!(
            "{}: {:?}, of {}; {} in its copy group, {} in the story that {} leads",
            row[0],
            copy.relation,
            id(copy.representative),
            copy.copies,
            story.articles,
            id(story.lead),
        );
    }
    assert_eq!(found.groups.of(0).representative, 1); // the longer of the two
    assert_eq!(found.groups.of(2).copies, 1);
    Ok(())
}

fn article(row: &Row) -> Article<'static> {
    let [id, source, published, title, text] = *row;
    let mut article = Article {
        external_id: Some(id.into()),
        source: Some(source.into()),
        published: parse_date(published),
        title: title.into(),
        text: text.into(),
        ..Article::default()
    };
    // The last tie-breaker: with it, results do not depend on the order of the articles.
    article.record_hash = article.hash_of_fields();
    article
}
