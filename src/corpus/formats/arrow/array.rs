//! The values of a column in one record batch, told as JSON.

use std::borrow::Cow;
use std::io;

use super::flat::Table;
use super::packed::unpacked;
use super::schema::{Field, Kind};
use super::{Dictionaries, damaged};
use crate::corpus::record::repair;

/// The buffers of a record batch, in the order in which columns take them.
pub(super) struct Buffers<'b> {
    body: &'b [u8],
    lengths: std::vec::IntoIter<i64>,
    places: std::vec::IntoIter<i64>,
    more: std::vec::IntoIter<i64>,
    codec: Option<u8>,
}

impl<'b> Buffers<'b> {
    pub(super) fn of(batch: Table<'_>, body: &'b [u8]) -> io::Result<Buffers<'b>> {
        let codec = batch.table(3).map(|compression| compression.byte(0));
        if codec.is_some_and(|codec| codec > 1) {
            return Err(damaged());
        }
        Ok(Buffers {
            body,
            lengths: batch.longs(1, 2).into_iter(),
            places: batch.longs(2, 2).into_iter(),
            more: batch.longs(4, 1).into_iter(),
            codec,
        })
    }

    /// How long the next array is, and whether any of its values is absent.
    fn node(&mut self) -> io::Result<(usize, bool)> {
        let (length, absent) = (self.lengths.next(), self.lengths.next());
        let length = length.and_then(|length| usize::try_from(length).ok());
        Ok((length.ok_or_else(damaged)?, absent != Some(0)))
    }

    fn next(&mut self) -> io::Result<Cow<'b, [u8]>> {
        let (start, length) = (self.places.next(), self.places.next());
        let usize_of = |number: Option<i64>| usize::try_from(number?).ok();
        let range = usize_of(start).zip(usize_of(length));
        let buffer = range.and_then(|(start, length)| self.body.get(start..)?.get(..length));
        let buffer = buffer.ok_or_else(damaged)?;
        let Some(codec) = self.codec.filter(|_| !buffer.is_empty()) else {
            return Ok(Cow::Borrowed(buffer));
        };
        let (length, packed) = buffer.split_first_chunk().ok_or_else(damaged)?;
        let length = i64::from_le_bytes(*length);
        if length == -1 {
            return Ok(Cow::Borrowed(packed));
        }
        let length = u64::try_from(length).map_err(|_| damaged())?;
        let unpacked = unpacked(codec, packed, length)?;
        if unpacked.len() as u64 == length {
            Ok(Cow::Owned(unpacked))
        } else {
            Err(damaged())
        }
    }
}

/// The values of a field in one batch.
pub(super) struct Array<'b> {
    length: usize,
    /// Which values there are, a bit each; all where there is none.
    there: Option<Cow<'b, [u8]>>,
    kind: Kind,
    values: Cow<'b, [u8]>,
    /// Where each value begins and ends, or how long each is.
    offsets: Cow<'b, [u8]>,
    more: Vec<Cow<'b, [u8]>>,
    children: Vec<(Box<[u8]>, Array<'b>)>,
    dictionary: Option<i64>,
}

impl<'b> Array<'b> {
    pub(super) fn read(field: &Field, buffers: &mut Buffers<'b>) -> io::Result<Array<'b>> {
        let (length, has_absent) = buffers.node()?;
        let dictionary = field.dictionary;
        let mut array = Array {
            length,
            there: None,
            kind: dictionary.map_or(field.kind, |(_, index)| index),
            values: Cow::Borrowed(&[]),
            offsets: Cow::Borrowed(&[]),
            more: Vec::new(),
            children: Vec::new(),
            dictionary: dictionary.map(|(id, _)| id),
        };
        if array.kind == Kind::Null {
            return Ok(array);
        }
        let there = buffers.next()?;
        array.there = (has_absent && !there.is_empty()).then_some(there);
        match array.kind {
            Kind::Null | Kind::Struct | Kind::FixedList { .. } => {}
            Kind::List { .. } | Kind::Map => array.offsets = buffers.next()?,
            Kind::ListView { .. } => {
                array.offsets = buffers.next()?;
                array.values = buffers.next()?;
            }
            Kind::Bytes { .. } => {
                array.offsets = buffers.next()?;
                array.values = buffers.next()?;
            }
            Kind::Views => {
                array.values = buffers.next()?;
                let more = buffers.more.next().unwrap_or(0);
                for _ in 0..more {
                    array.more.push(buffers.next()?);
                }
            }
            _ => array.values = buffers.next()?,
        }
        if array.dictionary.is_none() {
            for child in &field.children {
                let name = serde_json::to_vec(&child.name)?.into_boxed_slice();
                array.children.push((name, Array::read(child, buffers)?));
            }
        }
        Ok(array)
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    fn is_absent(&self, at: usize) -> bool {
        let there = self.there.as_ref();
        there.is_some_and(|bits| {
            bits.get(at / 8)
                .is_none_or(|byte| byte >> (at % 8) & 1 == 0)
        })
    }

    /// Writes a value as JSON.
    pub(super) fn write_json(
        &self,
        at: usize,
        dictionaries: &Dictionaries,
        to: &mut Vec<u8>,
    ) -> io::Result<()> {
        if at >= self.length {
            return Err(damaged());
        }
        if self.is_absent(at) {
            to.extend_from_slice(b"null");
            return Ok(());
        }
        if let Some(id) = self.dictionary {
            let index = usize::try_from(self.integer(at)?).map_err(|_| damaged())?;
            let value = dictionaries.get(&id).and_then(|values| values.get(index));
            to.extend_from_slice(value.ok_or_else(damaged)?);
            return Ok(());
        }
        match self.kind {
            Kind::Struct => self.write_struct(at, dictionaries, to),
            Kind::Map => self.write_map(at, dictionaries, to),
            Kind::List { .. } | Kind::ListView { .. } | Kind::FixedList { .. } => {
                self.write_list(at, dictionaries, to)
            }
            _ => self.write_plain(at, to),
        }
    }

    fn write_struct(
        &self,
        at: usize,
        dictionaries: &Dictionaries,
        to: &mut Vec<u8>,
    ) -> io::Result<()> {
        to.push(b'{');
        for (number, (name, child)) in self.children.iter().enumerate() {
            if number > 0 {
                to.push(b',');
            }
            to.extend_from_slice(name);
            to.push(b':');
            child.write_json(at, dictionaries, to)?;
        }
        to.push(b'}');
        Ok(())
    }

    fn write_list(
        &self,
        at: usize,
        dictionaries: &Dictionaries,
        to: &mut Vec<u8>,
    ) -> io::Result<()> {
        let (_, child) = self.children.first().ok_or_else(damaged)?;
        let range = match self.kind {
            Kind::FixedList { items } => at * items..(at + 1) * items,
            Kind::ListView { offset } => {
                let start = index(&self.offsets, offset, at)?;
                start
                    ..start
                        .checked_add(index(&self.values, offset, at)?)
                        .ok_or_else(damaged)?
            }
            Kind::List { offset } => {
                index(&self.offsets, offset, at)?..index(&self.offsets, offset, at + 1)?
            }
            _ => index(&self.offsets, 4, at)?..index(&self.offsets, 4, at + 1)?,
        };
        to.push(b'[');
        for (number, item) in range.enumerate() {
            if number > 0 {
                to.push(b',');
            }
            child.write_json(item, dictionaries, to)?;
        }
        to.push(b']');
        Ok(())
    }

    /// Writes a map as an object, if its keys are texts; else as its pairs.
    fn write_map(
        &self,
        at: usize,
        dictionaries: &Dictionaries,
        to: &mut Vec<u8>,
    ) -> io::Result<()> {
        let (_, pairs) = self.children.first().ok_or_else(damaged)?;
        let [(_, keys), (_, values)] = &pairs.children[..] else {
            return Err(damaged());
        };
        let is_text =
            matches!(keys.kind, Kind::Bytes { .. } | Kind::Views) || keys.dictionary.is_some();
        if !is_text {
            return self.write_list(at, dictionaries, to);
        }
        to.push(b'{');
        let (start, end) = (
            index(&self.offsets, 4, at)?,
            index(&self.offsets, 4, at + 1)?,
        );
        for item in start..end {
            if item > start {
                to.push(b',');
            }
            keys.write_json(item, dictionaries, to)?;
            to.push(b':');
            values.write_json(item, dictionaries, to)?;
        }
        to.push(b'}');
        Ok(())
    }

    fn write_plain(&self, at: usize, to: &mut Vec<u8>) -> io::Result<()> {
        match self.kind {
            Kind::Bool => {
                let byte = self.values.get(at / 8).ok_or_else(damaged)?;
                let is_true = byte >> (at % 8) & 1 == 1;
                to.extend_from_slice(if is_true { b"true" } else { b"false" });
            }
            Kind::Int { .. } => to.extend_from_slice(self.integer(at)?.to_string().as_bytes()),
            Kind::Float { bytes } => write(self.float(at, bytes)?, to)?,
            Kind::Decimal { places, bytes } if bytes <= 16 => {
                to.extend_from_slice(decimal(self.integer(at)?, places).as_bytes());
            }
            Kind::Moment { in_a_second, .. } => {
                let nanoseconds = self.integer(at)? * i128::from(1_000_000_000 / in_a_second);
                let moment = jiff::Timestamp::from_nanosecond(nanoseconds).ok();
                write(moment.map(|moment| moment.to_string()), to)?;
            }
            Kind::Days => {
                let seconds = i64::try_from(self.integer(at)? * 86_400).map_err(|_| damaged())?;
                let day = jiff::Timestamp::from_second(seconds).ok();
                write(day.map(|day| day.strftime("%Y-%m-%d").to_string()), to)?;
            }
            Kind::Bytes { offset } => {
                let range =
                    index(&self.offsets, offset, at)?..index(&self.offsets, offset, at + 1)?;
                write_bytes(self.values.get(range).ok_or_else(damaged)?, to)?;
            }
            Kind::Views => write_bytes(self.view(at)?, to)?,
            Kind::Fixed { is_told: true, .. } => write_bytes(self.fixed(at)?, to)?,
            _ => to.extend_from_slice(b"null"),
        }
        Ok(())
    }

    /// The bytes of a value that has as many as all others.
    fn fixed(&self, at: usize) -> io::Result<&[u8]> {
        let width = match self.kind {
            Kind::Int { bytes, .. } | Kind::Float { bytes } | Kind::Decimal { bytes, .. } => bytes,
            Kind::Moment { bytes, .. } | Kind::Fixed { bytes, .. } => bytes,
            _ => 4,
        };
        let start = at.checked_mul(width);
        let value = start.and_then(|start| self.values.get(start..)?.get(..width));
        value.ok_or_else(damaged)
    }

    fn integer(&self, at: usize) -> io::Result<i128> {
        let bytes = self.fixed(at)?;
        let is_signed = !matches!(
            self.kind,
            Kind::Int {
                is_signed: false,
                ..
            }
        );
        let is_negative = is_signed && bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        let mut wide = [if is_negative { 0xff } else { 0 }; 16];
        wide.get_mut(..bytes.len())
            .ok_or_else(damaged)?
            .copy_from_slice(bytes);
        Ok(i128::from_le_bytes(wide))
    }

    fn float(&self, at: usize, bytes: usize) -> io::Result<Option<f64>> {
        let value = self.fixed(at)?;
        let number = match bytes {
            2 => half(u16::from_le_bytes([value[0], value[1]])),
            4 => f64::from(f32::from_le_bytes(value.try_into().map_err(|_| damaged())?)),
            _ => f64::from_le_bytes(value.try_into().map_err(|_| damaged())?),
        };
        Ok(number.is_finite().then_some(number))
    }

    /// A value that stands where it is if it is short, else in a buffer of its own.
    fn view(&self, at: usize) -> io::Result<&[u8]> {
        let view = at.checked_mul(16);
        let view = view.and_then(|start| self.values.get(start..)?.get(..16));
        let view = view.ok_or_else(damaged)?;
        let length = index(view, 4, 0)?;
        if length <= 12 {
            return Ok(&view[4..4 + length]);
        }
        let (buffer, start) = (index(view, 4, 2)?, index(view, 4, 3)?);
        let buffer = self.more.get(buffer);
        buffer
            .and_then(|buffer| buffer.get(start..)?.get(..length))
            .ok_or_else(damaged)
    }
}

/// The offset at a place among offsets of a width.
fn index(offsets: &[u8], width: usize, at: usize) -> io::Result<usize> {
    let start = at.checked_mul(width);
    let bytes = start.and_then(|start| offsets.get(start..)?.get(..width));
    let offset = bytes.and_then(|bytes| match bytes.try_into() {
        Ok(bytes) => usize::try_from(i64::from_le_bytes(bytes)).ok(),
        Err(_) => usize::try_from(i32::from_le_bytes(bytes.try_into().ok()?)).ok(),
    });
    // An array of nothing may go without.
    match offset {
        None if offsets.is_empty() && at == 0 => Ok(0),
        offset => offset.ok_or_else(damaged),
    }
}

fn write(value: Option<impl serde::Serialize>, to: &mut Vec<u8>) -> io::Result<()> {
    serde_json::to_writer(to, &value).map_err(io::Error::from)
}

/// Writes a text; bytes that are none as their digits.
fn write_bytes(bytes: &[u8], to: &mut Vec<u8>) -> io::Result<()> {
    if !repair::is_binary(bytes) {
        return write(Some(repair::text(bytes).0), to);
    }
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    write(Some(digits), to)
}

fn decimal(unscaled: i128, places: i32) -> String {
    let places = usize::try_from(places).unwrap_or(0);
    let digits = format!("{:0>1$}", unscaled.unsigned_abs(), places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let sign = if unscaled < 0 { "-" } else { "" };
    let point = if places > 0 { "." } else { "" };
    format!("{sign}{whole}{point}{fraction}")
}

/// A number of 16 bits.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    sign * match exponent {
        0 => fraction * f64::powi(2.0, -24),
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * f64::powi(2.0, exponent - 15),
    }
}
