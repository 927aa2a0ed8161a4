"""An index from Python is the one that the command line keeps."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date, timedelta

import pytest

import samestory
from conftest import invented, lines

pa = pytest.importorskip("pyarrow")

HERE = os.path.dirname(__file__)


@pytest.fixture(scope="module")
def days():
    """Three dumps: what each says is partly in those before."""
    rows = invented(150, seed=7)
    again = [{**row, "id": "again-" + row["id"]} for row in rows[20:35]]
    return [rows[:60], rows[60:100], rows[100:] + again]


def table(rows):
    return pa.Table.from_pylist(rows)


@pytest.fixture()
def index(tmp_path, days):
    with samestory.Index.open(tmp_path / "kept", create=True) as index:
        index.ingest(table(days[0]), name="monday")
        index.ingest(table(days[1]), name="tuesday")
        yield index


@pytest.fixture(scope="module")
def by_binary(binary, days, tmp_path_factory):
    """The same, by the command line."""
    folder = tmp_path_factory.mktemp("of-binary")

    def run(*call):
        done = subprocess.run([binary, *call], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("index", "create", "kept")
    for name, rows in zip(("monday", "tuesday"), days):
        (folder / "data").write_bytes(lines(rows))
        run("index", "ingest", "kept", "data", "--name", name, "-q")
    (folder / "data").write_bytes(lines(days[2]))
    return run


def csv_rows(text):
    import csv
    import io

    return list(csv.DictReader(io.StringIO(text)))


NAMES = ["article_id", "story_id", "copy_id", "relation", "matched_id", "matched_in", "group_key", "story_status", "title", "record"]


def compared(table):
    return [{name: "" if row[name] is None else str(row[name]) for name in NAMES} for row in table.rows()]


def test_what_a_dump_matches_is_what_the_command_line_says(index, days, by_binary):
    theirs = csv_rows(by_binary("cluster", "data", "--against", "kept", "-q"))
    ours = index.compare(table(days[2]))
    assert compared(ours.table) == [{name: row[name] for name in NAMES} for row in theirs]
    assert ours.summary["articles"] == len(days[2]) == len(ours)
    assert ours.summary["copies_of_index"] >= 15
    assert {"monday"} <= set(ours.table.column("matched_in"))


def test_to_compare_changes_nothing_and_to_ingest_does(index, days):
    version, before = index.stats()["version"], len(index)
    compared_ids = index.compare(table(days[2])).table.column("copy_id")
    assert (index.stats()["version"], len(index)) == (version, before)
    ingested = index.ingest(table(days[2]), name="wednesday")
    assert ingested.table.column("copy_id") == compared_ids
    assert len(index) == before + len(days[2])
    assert [it["name"] for it in index.stats()["ingests"]] == ["monday", "tuesday", "wednesday"]
    again = index.ingest(table(days[2]))
    assert again.summary["known"] == len(days[2])
    assert len(index) == before + len(days[2])


def test_what_was_seen_is_what_the_command_line_says(index, days, by_binary):
    rows = [*days[2], {"id": "bad", "text": None}]
    theirs = [json.loads(line) for line in by_binary("seen", "--index", "kept", "data", "-q").splitlines()]
    ours = index.seen(table(rows))
    answers = list(ours.rows())
    assert answers[-1]["seen"] == "rejected" and answers[-1]["reason"]
    for mine, told in zip(answers, theirs):
        assert mine == {"reason": None, **told, "input": "data"}
    assert {"exact", "no"} <= set(ours.column("seen"))


def test_one_text_is_looked_up_alone(index, days):
    row = days[0][5]
    told = index.seen_text(row["text"], title=row["title"], source=row["source"], published=date(2024, 3, 4))
    assert (told["seen"], told["matched_in"]) == ("exact", "monday")
    assert index.seen_text("A fox crossed the pass in the ninth night of snow.")["seen"] == "no"
    new = "The ferry to the northern islands will not sail before Monday, the harbour master said on Friday night."
    assert index.seen_text(new)["seen"] == "no"
    index.ingest(table([{"id": "new", "text": new}]))
    assert index.seen_text(new)["matched_id"] == "new"


def test_single_texts_may_be_asked_for_by_several_threads(index, days):
    rows, found = days[0][:24], []

    def ask(part):
        found.extend(index.seen_text(row["text"], title=row["title"], source=row["source"])["seen"] for row in part)

    threads = [threading.Thread(target=ask, args=(rows[at::4],)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["exact"] * 24


def test_settled_copies_are_those_of_one_run(index, days):
    index.ingest(table(days[2]))
    index.settle()
    alone = samestory.cluster(table([*days[0], *days[1], *days[2]]))
    assert index.table.column("copy_id") == alone.table.column("copy_id")
    index.rebuild()
    stories = {}
    for id, story in zip(alone.table.column("article_id"), alone.table.column("story_id")):
        stories.setdefault(story, set()).add(id)
    rebuilt = [set(ids) for ids in index.stories().column("article_ids") if ids]
    assert sorted(map(sorted, rebuilt)) == sorted(map(sorted, stories.values()))


def test_changes_are_told_once_each(index, days):
    first = index.changes()
    assert first and {change["change"] for change in first} >= {"created"}
    cursor = first[-1]["cursor"]
    assert index.changes(cursor) == []
    index.ingest(table(days[2]))
    later = index.changes(cursor)
    assert first + later == index.changes("0")
    with pytest.raises(samestory.SettingError, match="after is soon"):
        index.changes("soon")


def test_forgotten_articles_are_gone(index, days):
    id = days[0][3]["id"]
    before = len(index)
    assert index.forget(id) == 1
    assert len(index) == before - 1
    assert id not in index.table.column("article_id")
    with pytest.raises(samestory.UnknownIdError):
        index.forget(["nobody"])
    assert index.forget(older=timedelta(days=10)) > 0
    with pytest.raises(samestory.SettingError):
        index.forget()


def test_another_index_is_taken_in(index, tmp_path, days):
    other = samestory.Index.open(tmp_path / "other", create=True)
    other.ingest(table(days[2]))
    before = len(index)
    index.merge(other)
    assert len(index) == before + len(other)


def test_what_somebody_says_of_stories_is_respected(index, tmp_path):
    story = next(row for row in index.stories().rows() if row["articles"] == 1)
    other = next(row for row in index.stories().rows() if row["story_id"] != story["story_id"] and row["articles"])
    (tmp_path / "links.csv").write_text(f"{story['article_ids'][0]},{other['article_ids'][0]},same\n")
    index.link(tmp_path / "links.csv")
    index.settle()
    together = [ids for ids in index.stories().column("article_ids") if story["article_ids"][0] in ids]
    assert other["article_ids"][0] in together[0]
    (tmp_path / "links.csv").write_text(f"{story['article_ids'][0]},nobody,same\n")
    with pytest.raises(samestory.UnknownIdError):
        index.link(tmp_path / "links.csv")


def test_stories_have_those_since_a_day(index):
    everything = index.stories()
    late = index.stories(since="2024-03-20")
    assert 0 < len(late) < len(everything)
    assert sum(everything.column("articles")) == len(index)


def test_a_flipped_byte_is_found(index, tmp_path):
    assert index.check()["wrong"] == []
    path = max((tmp_path / "kept").iterdir(), key=lambda it: it.stat().st_size)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert path.name in index.check()["wrong"][0]


def test_settings_are_those_that_made_it(tmp_path):
    path = tmp_path / "kept"
    samestory.Index.open(path, create=True, copy_threshold=0.5)
    assert len(samestory.Index.open(path)) == 0
    assert len(samestory.Index.open(path, copy_threshold=0.5)) == 0
    with pytest.raises(samestory.ReadError, match="other settings"):
        samestory.Index.open(path, copy_threshold=0.3)
    with pytest.raises(samestory.SettingError, match="copy_threshold"):
        samestory.Index.open(path).ingest("none", copy_threshold=0.3)


def test_what_cannot_be_opened_says_why_and_what_to_do(tmp_path):
    with pytest.raises(samestory.ReadError, match="no index here") as caught:
        samestory.Index.open(tmp_path / "none")
    assert caught.value.path == str(tmp_path / "none")
    assert not (tmp_path / "none").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("Dear all")
    with pytest.raises(samestory.ReadError, match="not empty"):
        samestory.Index.open(tmp_path / "full", create=True)
    with pytest.raises(samestory.ReadError, match="keep= or prefer="):
        samestory.Index.open(tmp_path / "by", create=True, keep_by="score:desc")


def test_a_closed_index_takes_no_calls(tmp_path):
    with samestory.Index.open(tmp_path / "kept", create=True) as index:
        assert index.changes() == []
    for call in (index.stats, index.changes, index.settle, lambda: index.ingest("x"), lambda: index.seen_text("x")):
        with pytest.raises(ValueError, match="closed"):
            call()


READER = f"""
import sys
sys.path.insert(0, {HERE!r})
import samestory
index = samestory.Index.open(sys.argv[1])
print(len(index), flush=True)
for line in sys.stdin:
    print(len(index), index.seen_text(line.strip())["seen"], flush=True)
"""


def test_readers_in_other_processes_see_each_version_once_it_is_there(index, days, tmp_path):
    new = "The ferry to the northern islands will not sail before Monday, the harbour master said on Friday night."
    call = [sys.executable, "-c", READER, str(tmp_path / "kept")]
    with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None and reader.stdout is not None

        def ask():
            reader.stdin.write(new + "\n")
            reader.stdin.flush()
            return reader.stdout.readline().split()

        before = int(reader.stdout.readline())
        assert before == len(index)
        assert ask() == [str(before), "no"]
        index.ingest(table([{"id": "new", "text": new}]))
        assert ask() == [str(before + 1), "exact"]
        reader.stdin.close()


WRITER = f"""
import sys, time
sys.path.insert(0, {HERE!r})
import samestory, pyarrow as pa
from conftest import invented
index = samestory.Index.open(sys.argv[1])
dump = pa.concat_tables([pa.Table.from_pylist(invented(2_000, seed)) for seed in range(3, 6)])
said = []
def told(stage, done, total):
    if stage == "comparing" and not said:
        said.append(1)
        print("ready", flush=True)
try:
    index.ingest(dump, threads=1, progress=told)
    print("done", flush=True)
except KeyboardInterrupt:
    print("caught", len(index), flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGINT") or sys.platform == "win32", reason="signals are of Unix")
def test_one_writes_at_a_time_and_control_c_leaves_the_index_as_it_was(index, days, tmp_path):
    before, version = len(index), index.stats()["version"]
    call = [sys.executable, "-c", WRITER, str(tmp_path / "kept")]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        if writer.stdout.readline() == "done\n":
            pytest.skip("the machine is too fast for that")
        try:
            index.ingest(table(days[2]))
            wrote = True
        except samestory.ReadError as error:
            assert "somebody else writes" in str(error)
            wrote = False
        assert index.seen_text(days[0][1]["text"], source=days[0][1]["source"])["seen"] == "exact"
        writer.send_signal(signal.SIGINT)
        sent = time.monotonic()
        said = writer.stdout.readline().split()
        took = time.monotonic() - sent
        writer.wait(timeout=60)
    if said == ["done"]:
        pytest.skip("the machine is too fast for that")
    assert not wrote
    assert said == ["caught", str(before)]
    assert took < 5  # a second on a machine that has nothing else to do
    assert (len(index), index.stats()["version"]) == (before, version)
    assert index.check()["wrong"] == []
    # What the writer left behind is in nobody's way.
    index.ingest(table(days[2]))


def test_other_threads_go_on_while_it_settles(tmp_path):
    index = samestory.Index.open(tmp_path / "kept", create=True, threads=1)
    index.ingest(table(invented(1_000)))
    turns, done = [], threading.Event()

    def count():
        while not done.is_set():
            turns.append(time.monotonic())
            time.sleep(0.005)

    counter = threading.Thread(target=count)
    counter.start()
    index.settle()
    done.set()
    counter.join()
    assert len(turns) > 5


def test_an_index_without_texts_knows_copies_and_says_what_is_an_estimate(tmp_path, days):
    with samestory.Index.open(tmp_path / "bare", create=True, texts=False) as index:
        index.ingest(table(days[0]), name="monday")
        row = days[0][5]
        longer = row["text"] + " A gull had watched it all from the lantern of the old light vessel."
        told = index.seen_text(longer, title=row["title"], source=row["source"])
        assert (told["seen"], told["matched_id"], told["estimated"]) == ("near", row["id"], True)
        assert "estimated" not in index.seen_text(row["text"], title=row["title"], source=row["source"])
        seen = index.seen(table([{**row, "id": "longer", "text": longer}, {**row, "id": "same"}]))
        assert (seen.column("seen"), seen.column("estimated")) == (["near", "exact"], [True, False])
        ingested = index.ingest(table([{**row, "id": "longer", "text": longer}]))
        assert (ingested.table.column("group_key"), ingested.table.column("estimated")) == ([row["id"]], ["true"])
        assert index.stats()["texts"] is False
        with pytest.raises(samestory.ReadError, match="without texts"):
            index.settle()
    with pytest.raises(samestory.SettingError, match="without texts"):
        samestory.Index.open(tmp_path / "bare", texts=True)
