package dev.understudy.shim.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.shim.testchain.TestChain;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.wire.Hashes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ValidatorSetsTest {
  private final ValidatorSets sets = new ValidatorSets();

  private static ValidatorSet ofSize(final int size) throws Exception {
    return TestChain.ofValidators(size).grow(1).set(1);
  }

  @Test
  void publishedSetIsFoundByItsHash() throws Exception {
    final ValidatorSet set = ofSize(3);
    sets.publish(set);
    assertThat(sets.await(Hashes.validatorsHash(set))).isEqualTo(set);
  }

  @Test
  void waitsForASetThatIsYetToCome() throws Exception {
    final ValidatorSet set = ofSize(2);
    final CompletableFuture<ValidatorSet> found = new CompletableFuture<>();
    final Thread waiting =
        new Thread(
            () -> {
              try {
                found.complete(sets.await(Hashes.validatorsHash(set)));
              } catch (final InterruptedException e) {
                found.completeExceptionally(e);
              }
            });
    waiting.start();
    sets.publish(ofSize(1));
    Awaitility.await().until(() -> waiting.getState() == Thread.State.WAITING);
    sets.publish(set);
    assertThat(found.get(5, TimeUnit.SECONDS)).isEqualTo(set);
  }

  @Test
  void setPublishedAgainCountsAsNew() throws Exception {
    final ValidatorSet first = ofSize(1);
    sets.publish(first);
    for (int size = 2; size <= 16; size++) {
      sets.publish(ofSize(size));
    }
    sets.publish(first);
    sets.publish(ofSize(17));
    assertThat(sets.await(Hashes.validatorsHash(first))).isEqualTo(first);
  }
}
