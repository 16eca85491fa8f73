package dev.understudy.shim.source.kyve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Whatever a chain's REST answers is read or counts as a fault of that gateway. */
class KyveJsonPropertyTest {
  private static final String BUNDLE =
      """
      {"pool_id":"7","id":"3","storage_id":"file3","from_index":"30","to_index":"40",
       "from_key":"31","to_key":"40","bundle_summary":"{\\"merkle_root\\":\\"%s\\"}",
       "data_hash":"%s","storage_provider_id":"3","compression_id":"1"}
      """
          .formatted("ab".repeat(32), "cd".repeat(32));
  private static final String PAGE =
      "{\"finalized_bundles\":[" + BUNDLE + "],\"pagination\":{\"next_key\":\"4=\"}}";
  private static final String POOL =
      """
      {"pool":{"id":"7","data":{"name":"x","runtime":"@kyvejs/tendermint-bsync","config":"{}",
       "start_key":"1","current_key":"40","total_bundles":4,"disabled":false}}}
      """;

  private static boolean survives(final byte[] answer) {
    boolean read = false;
    try {
      KyveJson.pool(answer, 7);
      read = true;
    } catch (final GatewayFault | dev.understudy.types.FailureException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
    try {
      KyveJson.page(answer, 7);
      read = true;
    } catch (final GatewayFault refused) {
      assertThat(refused.reason()).isNotBlank();
    }
    try {
      KyveJson.bundle(answer, 7);
      read = true;
    } catch (final GatewayFault refused) {
      assertThat(refused.reason()).isNotBlank();
    }
    return read;
  }

  @Test
  void samplesAreRead() {
    for (final String sample : new String[] {POOL, PAGE, BUNDLE}) {
      assertThat(survives(sample.getBytes(StandardCharsets.UTF_8))).as(sample).isTrue();
    }
  }

  @Test
  void absurdDepthIsAFault() {
    assertThat(survives("[".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII))).isFalse();
    final String deep = "{\"pool\":".repeat(100_000);
    assertThat(survives(deep.getBytes(StandardCharsets.US_ASCII))).isFalse();
  }

  @Property(tries = 1000)
  void anyBytesAreReadOrRefused(@ForAll @Size(max = 200) final byte[] bytes) {
    survives(bytes);
  }

  @Property(tries = 5000, shrinking = ShrinkingMode.OFF)
  void changedAnswerIsReadOrRefused(@ForAll final long seed) {
    final Random random = new Random(seed);
    final String[] samples = {POOL, PAGE, BUNDLE};
    final byte[] answer = samples[random.nextInt(3)].getBytes(StandardCharsets.UTF_8);
    final byte[] spice = "{}[]\":,\\0-9e.n".getBytes(StandardCharsets.US_ASCII);
    for (int i = random.nextInt(4); i >= 0; i--) {
      answer[random.nextInt(answer.length)] =
          random.nextBoolean() ? spice[random.nextInt(spice.length)] : (byte) random.nextInt(256);
    }
    survives(answer);
  }
}
