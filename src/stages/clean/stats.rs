//! Page statistics: what furniture is learned from, of one part of a dump or of several, so that learning can be shared out.
//!
//! Whether a line is furniture hangs on all pages that bear it, so furniture that was learned of parts cannot be put together
//! exactly. What it is learned *from* can: each different page of a source, as hashes of its lines, its title, and a sample of its
//! text. These form a set. Sets of parts are merged in any order, and what is judged of the merged set is what is learned of the
//! whole dump, to the byte: lines, frames of lists, and titles.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use xxhash_rust::xxh3::xxh3_64;

use super::Furniture;
use super::headline::Headline;
use super::lines::Size;
use super::page::{Page, PageReader, Windows};
use super::pages::PagesWriter;
use super::title_words::Title;
use crate::corpus::{Batch, Corpus};
use crate::error::Result;
use crate::pool::Pool;
use crate::spill::{Bytes, MemoryBudget};

/// What begins a file of page statistics, version included.
const MAGIC: &[u8] = b"samestory pages 1\n";
/// Pages are judged in batches of so many.
const BATCH: usize = 1024;

/// What furniture is learned from: every different page of every source, as hashes; about a third of a kilobyte for each kilobyte
/// of text, in memory.
///
/// ```
/// use samestory::corpus::Article;
/// use samestory::clean::{Furniture, PageStats};
/// use samestory::config::Config;
///
/// # fn main() -> samestory::error::Result<()> {
/// let page = |text: &str| Article { text: format!("Home | News | Weather\n{text}").into(), ..Article::default() };
/// let pages = ["Snow fell on the pass.", "The ferry sailed at noon.", "A fox sat by the hut."].map(page);
/// let budget = Config::default().budget();
///
/// let mut stats = PageStats::gather(&pages[..1], &budget)?;
/// stats.merge(PageStats::gather(&pages[1..], &budget)?);
/// assert_eq!(stats.judge(&budget)?.to_bytes(), Furniture::learn(&pages[..], &budget)?.to_bytes());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct PageStats {
    /// Ascending by source and content, each once: pages of one source and content are interchangeable.
    pages: Vec<Page>,
}

impl PageStats {
    /// Gathers the statistics of every page of a corpus.
    ///
    /// # Errors
    ///
    /// When the corpus cannot be read, or the run is asked to stop.
    pub fn gather<C: Corpus + ?Sized>(corpus: &C, budget: &MemoryBudget) -> Result<PageStats> {
        let (all, readers) = (Mutex::new(Vec::new()), Pool::default());
        corpus.sweep_texts(&|batch| {
            let read = readers.with(PageReader::default, |reader| {
                let read = batch.articles.iter().map(|article| {
                    budget.check_interrupt()?;
                    Ok(reader.read(article))
                });
                read.collect::<Result<Vec<Page>>>()
            })?;
            let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
            all.extend(read);
            Ok(())
        })?;
        let all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(PageStats::of(all))
    }

    fn of(mut pages: Vec<Page>) -> PageStats {
        pages.sort_unstable_by_key(key);
        pages.dedup_by_key(|page| key(page));
        PageStats { pages }
    }

    /// Gathers the same, and hands on each batch besides.
    pub(crate) fn gather_and<C: Corpus + ?Sized>(
        corpus: &C,
        budget: &MemoryBudget,
        also: &(dyn Fn(&Batch<'_>) + Sync),
    ) -> Result<PageStats> {
        let (all, readers) = (Mutex::new(Vec::new()), Pool::default());
        corpus.sweep(&|batch| {
            let mut read: Vec<Page> = readers.with(PageReader::default, |reader| {
                let articles = batch.articles.iter();
                articles.map(|article| reader.read(article)).collect()
            });
            budget.check_interrupt()?;
            also(&batch);
            let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
            all.append(&mut read);
            Ok(())
        })?;
        let all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(PageStats::of(all))
    }

    /// The same pages in parts of so many.
    pub(crate) fn parts(self, pages: usize) -> impl Iterator<Item = PageStats> {
        let mut rest = self.pages;
        std::iter::from_fn(move || {
            let from = rest.len().saturating_sub(pages);
            let pages = rest.split_off(from);
            (!pages.is_empty()).then_some(PageStats { pages })
        })
    }

    /// Adds the pages of another part. The order in which parts are merged makes no difference, nor does a page that both have.
    pub fn merge(&mut self, other: PageStats) {
        let mut pages = std::mem::take(&mut self.pages);
        pages.extend(other.pages);
        *self = PageStats::of(pages);
    }

    /// How many different pages there are.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether there is no page.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Judges which lines are furniture: what [`Furniture::learn`] learns of all these pages at once.
    ///
    /// # Errors
    ///
    /// When what does not fit into the memory budget cannot be kept on disk.
    pub fn judge(&self, budget: &MemoryBudget) -> Result<Furniture> {
        let pages = PagesWriter::new(budget);
        for (number, batch) in self.pages.chunks(BATCH).enumerate() {
            pages.push(number, batch)?;
        }
        Furniture::of_pages(&pages.finish()?, budget)
    }

    /// All statistics, in bytes that [`PageStats::from_bytes`] reads; the same pages are the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        // Writing into memory cannot fail.
        let _ = self.store(&mut bytes);
        let hash = xxh3_64(&bytes);
        bytes.extend_from_slice(&hash.to_le_bytes());
        bytes
    }

    /// What [`PageStats::to_bytes`] made; `None` where the bytes are none of it, or not whole.
    pub fn from_bytes(bytes: &[u8]) -> Option<PageStats> {
        let (bytes, hash) = bytes.split_last_chunk()?;
        let mut stored = Bytes(bytes.strip_prefix(MAGIC)?);
        (xxh3_64(bytes) == u64::from_le_bytes(*hash)).then_some(())?;
        let pages = stored.table(LEAST, page)?;
        stored.0.is_empty().then(|| PageStats::of(pages))
    }

    fn store(&self, to: &mut dyn Write) -> io::Result<()> {
        to.write_all(&(self.pages.len() as u64).to_le_bytes())?;
        self.pages.iter().try_for_each(|page| store(page, to))
    }
}

/// Statistics of parts as they come, of which more than fits into memory goes to disk.
pub(crate) struct Gathering {
    budget: MemoryBudget,
    pages: PagesWriter,
    parts: AtomicUsize,
}

impl Gathering {
    pub(crate) fn new(budget: &MemoryBudget) -> Gathering {
        Gathering {
            budget: budget.clone(),
            pages: PagesWriter::new(budget),
            parts: AtomicUsize::new(0),
        }
    }

    /// Adds a part.
    pub(crate) fn push(&self, part: PageStats) -> Result<()> {
        for batch in part.pages.chunks(BATCH) {
            let number = self.parts.fetch_add(1, Ordering::Relaxed);
            self.pages.push(number, batch)?;
        }
        Ok(())
    }

    /// What [`PageStats::judge`] says of all parts.
    pub(crate) fn judge(self) -> Result<Furniture> {
        Furniture::of_pages(&self.pages.finish()?, &self.budget)
    }
}

/// What makes two pages one for all that is learned.
fn key(page: &Page) -> (u64, u64) {
    (page.source, page.content)
}

/// The bytes of a page without lines and without a sample.
const LEAST: usize = 3 * 8 + 4 * 4 + 3 * 8 + 4 * 8;

fn store(page: &Page, to: &mut dyn Write) -> io::Result<()> {
    for number in [page.content, page.source, page.title] {
        to.write_all(&number.to_le_bytes())?;
    }
    for part in page.headline.parts() {
        to.write_all(&part.to_le_bytes())?;
    }
    // A title has words; none stands for no title.
    let (hash, words, opening) = page.title_words.map_or((0, 0, 0), |title| title.parts());
    for number in [hash, words as u64, opening] {
        to.write_all(&number.to_le_bytes())?;
    }
    for lines in [&page.lines, &page.masked] {
        to.write_all(&(lines.len() as u64).to_le_bytes())?;
        for (hash, size) in lines {
            to.write_all(&hash.to_le_bytes())?;
            to.write_all(&size.0.to_le_bytes())?;
        }
    }
    for numbers in [&page.phrases[..], page.windows.drawn()] {
        to.write_all(&(numbers.len() as u64).to_le_bytes())?;
        for number in numbers {
            to.write_all(&number.to_le_bytes())?;
        }
    }
    Ok(())
}

fn page(bytes: &mut Bytes<'_>) -> Option<Page> {
    let (content, source, title) = (bytes.u64()?, bytes.u64()?, bytes.u64()?);
    let headline = Headline::of_parts([bytes.u32()?, bytes.u32()?, bytes.u32()?, bytes.u32()?]);
    let (hash, words, opening) = (bytes.u64()?, bytes.u64()?, bytes.u64()?);
    let lines =
        |bytes: &mut Bytes<'_>| bytes.table(12, |bytes| Some((bytes.u64()?, Size(bytes.u32()?))));
    let (whole, masked) = (lines(bytes)?, lines(bytes)?);
    let (phrases, drawn) = (bytes.table(4, Bytes::u32)?, bytes.table(4, Bytes::u32)?);
    Some(Page {
        content,
        source,
        title,
        headline,
        title_words: match words {
            0 => None,
            words => Some(Title::of_parts(hash, usize::try_from(words).ok()?, opening)),
        },
        lines: whole.into(),
        masked: masked.into(),
        phrases: phrases.into(),
        windows: Windows::of_drawn(drawn),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::corpus::Article;

    /// Pages of two sites, with a menu each, a ranking, and some pages twice.
    fn pages() -> Vec<Article<'static>> {
        let page = |at: usize| {
            let site = ["north.example", "south.example"][at % 2];
            let body = format!(
                "The {at} boats of harbour {at} came home late, wrote reporter number {at} from the pier.\n\
                 Nobody of the {at} families that waited had seen such a sea in {at} years, he was told."
            );
            let text = format!(
                "Menu of {site}\nSport of {site}\n{body}\nMost read\nA list entry {}\nAnother entry {}\nAll rights at {site}",
                at % 7,
                at % 5,
            );
            Article {
                title: format!("Boats of harbour {at} came home late after the storm").into(),
                text: text.into(),
                source: Some(site.into()),
                ..Article::default()
            }
        };
        (0..60).chain([3, 4, 3]).map(page).collect()
    }

    #[test]
    fn parts_merged_in_any_order_are_judged_as_the_whole() {
        let (pages, budget) = (pages(), Config::default().budget());
        let whole = Furniture::learn(&pages[..], &budget).expect("memory can be read");
        assert!(whole.dropped(&pages[0]).len() >= 4, "there is furniture");
        let parts = [&pages[..10], &pages[10..41], &pages[41..]];
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            let mut merged = PageStats::default();
            for part in order {
                let part = PageStats::gather(parts[part], &budget).expect("memory can be read");
                merged.merge(PageStats::from_bytes(&part.to_bytes()).expect("it was written"));
            }
            assert_eq!(merged.len(), 60);
            let judged = merged.judge(&budget).expect("memory suffices");
            assert_eq!(judged.to_bytes(), whole.to_bytes());
        }
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let budget = Config::default().budget();
        let stats = PageStats::gather(&pages()[..3], &budget).expect("memory can be read");
        let bytes = stats.to_bytes();
        assert!(PageStats::from_bytes(&bytes).is_some());
        for end in [0, 7, MAGIC.len(), bytes.len() - 1] {
            assert!(PageStats::from_bytes(&bytes[..end]).is_none(), "{end}");
        }
        let mut other = bytes.clone();
        other[MAGIC.len() + 20] ^= 1;
        assert!(PageStats::from_bytes(&other).is_none());
    }
}
