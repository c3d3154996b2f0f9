package suite;

import com.typesafe.config.Config;
import io.penstock.processor.Processor;
import io.penstock.processor.Session;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;

/** Does nothing, and is stuck for a while at the message that is named. */
public final class Stuck implements Processor {
    private final String message;
    private final long seconds;

    public Stuck(Config config) {
        message = "message " + config.getString("message") + " of the suite";
        seconds = config.getLong("seconds");
    }

    @Override
    public void process(Session session, ByteString frame) throws InterruptedException {
        if (frame.utf8String().contains(message)) {
            TimeUnit.SECONDS.sleep(seconds);
        }
    }
}
