//! A page is what a scrape gives: the article, and around it what its site puts there. A record is a page as JSON.

use std::fmt::Write;

use jiff::civil::{Date, DateTime, date};
use jiff::{SignedDuration, Span};

use crate::plan::{Plan, id};
use crate::press::{DAY, Site};
use crate::random::{Purpose, Random};

/// The day of the first articles.
const FIRST_DAY: Date = date(2015, 1, 1);
/// The seconds between one place of a day and the next.
const PLACE: u64 = 43;
/// After so many days without enough titles, a ranking is short.
const LOOKS_BACK: u64 = 4;

impl Plan {
    /// Writes an article as a line of JSON.
    pub(crate) fn write_record(&self, article: u64, out: &mut String) {
        let site = self.press.site(article);
        let published = self.published(article);
        let (host, day) = (&site.host, published.date());
        out.push_str("{\"id\":\"");
        out.push_str(&id(article));
        out.push_str("\",\"title\":\"");
        self.write_title(article, out);
        out.push_str("\",\"text\":\"");
        match self.bare {
            true => self.write_prose(&self.draft(article), out),
            false => self.write_page(article, (site, published), out),
        }
        line(
            out,
            format_args!("\",\"date\":\"{published}Z\",\"source\":\"{host}\","),
        );
        let path = format_args!("{:04}/{:02}/{:02}", day.year(), day.month(), day.day());
        line(
            out,
            format_args!("\"url\":\"https://{host}/{path}/{article}\"}}\n"),
        );
    }

    fn write_page(&self, article: u64, (site, published): (&Site, DateTime), out: &mut String) {
        for entry in &site.menu {
            line(out, format_args!("{entry}\\n"));
        }
        if site.prints_title {
            self.write_title(article, out);
            out.push_str("\\n");
        }
        let mut random = self.random(Purpose::Stamp, article);
        let (section, author) = (random.pick(&site.sections), random.pick(&site.authors));
        let time = published.time();
        line(
            out,
            format_args!(
                "{section} | {author} | {} {:02}:{:02}\\n",
                published.date(),
                time.hour(),
                time.minute()
            ),
        );
        self.write_prose(&self.draft(article), out);
        self.write_rankings(article, site, out);
        for (at, prompt) in site.foot.iter().enumerate() {
            let end = if at + 1 < site.foot.len() { "\\n" } else { "" };
            line(out, format_args!("{prompt}{end}"));
        }
    }

    /// The most read of the day, and of three days: titles of the site's own articles.
    fn write_rankings(&self, article: u64, site: &Site, out: &mut String) {
        let day = article / DAY;
        for (which, days) in [(0, 1), (1, 3)] {
            line(out, format_args!("{}\\n", site.headings[which]));
            let issue = (day / days) << 20 | (self.press.site_number(article) as u64) << 1;
            let random = &mut self.random(Purpose::Ranking, issue | which as u64);
            let last = (day / days) * days + days - 1;
            let ranked = rank(site, (last.min(day), site.ranked[which]), random);
            for (at, ranked) in ranked.into_iter().enumerate() {
                if site.numbered {
                    line(out, format_args!("{} ", at + 1));
                }
                self.write_title(ranked, out);
                out.push_str("\\n");
            }
            line(out, format_args!("{}\\n", site.more));
        }
    }

    /// When an article was published: its place in its day, and a little by chance.
    fn published(&self, article: u64) -> DateTime {
        let mut random = self.random(Purpose::Stamp, article);
        let second = article % DAY * PLACE + random.below(PLACE as usize) as u64;
        let day = FIRST_DAY.saturating_add(Span::new().days((article / DAY) as i64));
        day.at(0, 0, 0, 0)
            .saturating_add(SignedDuration::from_secs(second as i64))
    }
}

/// Draws articles of a site, of this day and of earlier ones if it has too few.
fn rank(site: &Site, (day, count): (u64, usize), random: &mut Random) -> Vec<u64> {
    let mut articles: Vec<u64> = (day.saturating_sub(LOOKS_BACK)..=day)
        .rev()
        .flat_map(|day| site.places.iter().map(move |place| day * DAY + place))
        .take(site.places.len().max(count + 3))
        .collect();
    random.shuffle(&mut articles);
    articles.truncate(count);
    articles
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text)
        .expect("writing to memory does not fail");
}
