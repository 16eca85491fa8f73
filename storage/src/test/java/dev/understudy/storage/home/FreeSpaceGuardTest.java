package dev.understudy.storage.home;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Path;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FreeSpaceGuardTest {
  private static final Path PLACE = Path.of("data");

  @Test
  void roomUpToTheReserveIsEnough() {
    final FreeSpaceGuard guard = new FreeSpaceGuard(PLACE, 100, () -> 150);

    assertThatCode(() -> guard.requireRoomFor(50)).doesNotThrowAnyException();
  }

  @Test
  void lessThanTheReserveIsAFailureOfTheDisk() {
    final FreeSpaceGuard guard = new FreeSpaceGuard(PLACE, 100, () -> 150);

    assertDisk(guard, 51);
  }

  @Test
  void unreadableDiskIsAFailureOfTheDisk() {
    final FreeSpaceGuard guard =
        new FreeSpaceGuard(
            PLACE,
            100,
            () -> {
              throw new IOException("gone");
            });

    assertDisk(guard, 0);
  }

  @Test
  void asksTheRealDisk(@TempDir final Path place) {
    assertThatCode(() -> FreeSpaceGuard.of(place, 1).requireRoomFor(1)).doesNotThrowAnyException();
    assertDisk(FreeSpaceGuard.of(place, Long.MAX_VALUE / 2), 1);
  }

  private static void assertDisk(final FreeSpaceGuard guard, final long bytes) {
    assertThatThrownBy(() -> guard.requireRoomFor(bytes))
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.DISK);
  }
}
