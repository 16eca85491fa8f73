package dev.understudy.types.crypto;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The check of ed25519 signatures by ZIP-215: 8·s·B = 8·R + 8·k·A, where the encodings of A and R
 * need not be canonical, and s must be below the group order. A plain and slow reading of the rules
 * (milliseconds), asked only after a fast check refused.
 */
final class Zip215 {
  private static final BigInteger P =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
  private static final BigInteger L =
      BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

  /** d of the curve -x² + y² = 1 + d·x²·y². */
  private static final BigInteger D =
      BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);

  private static final BigInteger TWICE_D = D.shiftLeft(1).mod(P);
  private static final BigInteger ROOT_OF_MINUS_ONE =
      BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);
  private static final Point NEUTRAL =
      new Point(BigInteger.ZERO, BigInteger.ONE, BigInteger.ONE, BigInteger.ZERO);

  /** y = 4/5 with the even x. */
  private static final Point BASE =
      decodeY(BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(P)).mod(P), false)
          .orElseThrow();

  private Zip215() {}

  static boolean verify(final byte[] key, final byte[] message, final byte[] signature) {
    final byte[] encodedR = Arrays.copyOfRange(signature, 0, 32);
    final BigInteger s = littleEndian(Arrays.copyOfRange(signature, 32, 64));
    final Optional<Point> a = decode(key);
    final Optional<Point> r = decode(encodedR);
    if (s.compareTo(L) >= 0 || a.isEmpty() || r.isEmpty()) {
      return false;
    }
    // k covers the bytes as they came, canonical or not
    final BigInteger k = littleEndian(sha512(encodedR, key, message)).mod(L);
    final Point difference = BASE.times(s).plus(r.get().negated()).plus(a.get().negated().times(k));
    return difference.doubled().doubled().doubled().isNeutral();
  }

  private static Optional<Point> decode(final byte[] encoded) {
    final BigInteger number = littleEndian(encoded);
    return decodeY(number.clearBit(255).mod(P), number.testBit(255));
  }

  /** x² = (y² - 1) / (d·y² + 1); p is 5 modulo 8. A negative zero is zero here. */
  private static Optional<Point> decodeY(final BigInteger y, final boolean negative) {
    final BigInteger ySquared = y.multiply(y).mod(P);
    final BigInteger above = ySquared.subtract(BigInteger.ONE);
    final BigInteger below = D.multiply(ySquared).add(BigInteger.ONE);
    final BigInteger xSquared = above.multiply(below.modInverse(P)).mod(P);
    BigInteger x = xSquared.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
    if (!x.multiply(x).mod(P).equals(xSquared)) {
      x = x.multiply(ROOT_OF_MINUS_ONE).mod(P);
    }
    if (!x.multiply(x).mod(P).equals(xSquared)) {
      return Optional.empty();
    }
    if (x.testBit(0) != negative) {
      x = x.negate().mod(P);
    }
    return Optional.of(new Point(x, y, BigInteger.ONE, x.multiply(y).mod(P)));
  }

  private static BigInteger littleEndian(final byte[] bytes) {
    final byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return new BigInteger(1, reversed);
  }

  private static byte[] sha512(final byte[]... parts) {
    try {
      final MessageDigest digest = MessageDigest.getInstance("SHA-512");
      for (final byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-512", e);
    }
  }

  /** Extended coordinates (RFC 8032, 5.1.4): x = X/Z, y = Y/Z, x·y = T/Z. */
  private record Point(BigInteger x, BigInteger y, BigInteger z, BigInteger t) {

    /** Complete: right for equal points and for the neutral one, too. */
    Point plus(final Point other) {
      final BigInteger a = y.subtract(x).multiply(other.y.subtract(other.x)).mod(P);
      final BigInteger b = y.add(x).multiply(other.y.add(other.x)).mod(P);
      final BigInteger c = t.multiply(TWICE_D).mod(P).multiply(other.t).mod(P);
      final BigInteger d = z.shiftLeft(1).multiply(other.z).mod(P);
      final BigInteger e = b.subtract(a);
      final BigInteger f = d.subtract(c);
      final BigInteger g = d.add(c);
      final BigInteger h = b.add(a);
      return new Point(
          e.multiply(f).mod(P), g.multiply(h).mod(P), f.multiply(g).mod(P), e.multiply(h).mod(P));
    }

    Point doubled() {
      return plus(this);
    }

    Point negated() {
      return new Point(x.negate(), y, z, t.negate());
    }

    Point times(final BigInteger factor) {
      Point sum = NEUTRAL;
      for (int bit = factor.bitLength() - 1; bit >= 0; bit--) {
        sum = sum.doubled();
        if (factor.testBit(bit)) {
          sum = sum.plus(this);
        }
      }
      return sum;
    }

    boolean isNeutral() {
      return x.mod(P).signum() == 0 && y.subtract(z).mod(P).signum() == 0;
    }
  }
}
