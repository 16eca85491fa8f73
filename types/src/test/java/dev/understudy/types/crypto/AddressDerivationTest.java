package dev.understudy.types.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.Address;
import dev.understudy.types.Bytes;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import org.junit.jupiter.api.Test;

class AddressDerivationTest {
  /** The curve's generator, which is the public key of the private key 1. */
  private static final Bytes GENERATOR =
      Bytes.fromHex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");

  @Test
  void derivesEthereumsAddressOfTheGenerator() {
    assertThat(AddressDerivation.addressOf(new PubKey(KeyType.SECP256K1_ETH, GENERATOR)))
        .isEqualTo(Address.fromHex("7e5f4552091a69125d5dfcb7b8c2659029395bdf"));
  }

  @Test
  void derivesBitcoinsAddressOfTheGenerator() {
    assertThat(AddressDerivation.addressOf(new PubKey(KeyType.SECP256K1, GENERATOR)))
        .isEqualTo(Address.fromHex("751e76e8199196d454941c45d1b3a323f1433bd6"));
  }
}
