//! The natural logarithm, the same to the last bit on every machine.

/// The natural logarithm of a positive number, by sums and products alone.
///
/// With `x = m·2^k`, `ln x = k·ln 2 + 2·artanh((m − 1)/(m + 1))`, summed to the term of degree 17 (Abramowitz and Stegun,
/// *Handbook of Mathematical Functions*, 4.1.27), which is exact to about 14 digits for m from 0.7 to 1.42.
pub(crate) fn ln(x: f64) -> f64 {
    const FRACTION: u64 = (1 << 52) - 1;
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as i64 - 1023;
    let mut m = f64::from_bits(bits & FRACTION | 1023 << 52);
    if m > std::f64::consts::SQRT_2 {
        m /= 2.0;
        exponent += 1;
    }
    let z = (m - 1.0) / (m + 1.0);
    let square = z * z;
    let mut sum = 0.0;
    for k in (0..9).rev() {
        sum = sum * square + 1.0 / f64::from(2 * k + 1);
    }
    2.0 * z * sum + exponent as f64 * std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_logarithm() {
        for x in [0.5, 0.9, 1.0, 1.4, 1.5, 2.0, 3.0, 10.0, 1000.0, 4e9] {
            assert!((ln(x) - f64::ln(x)).abs() < 1e-12, "{x}");
        }
    }
}
