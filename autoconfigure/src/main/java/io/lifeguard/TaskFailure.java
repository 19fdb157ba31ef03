package io.lifeguard;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A task's failure as reporters see it.
 *
 * @param pool the name of the pool that ran the task
 * @param task the task's name, such as {@code MailService.send}
 * @param handling what became of the failure
 * @param throwable what the task threw, freed of the wrappers that futures put around it
 * @param at when the task failed
 * @param waited the time from the task's submission, or from the moment it was due, to
 * its start
 * @param ran the time from the task's start to its failure
 * @param thread the name of the thread that ran the task
 * @param submissionSite where the task was submitted, if that was looked up
 * @param dead whether the task was periodic and will not run again
 * @param interrupted whether it was the shutdown of its pool that interrupted the task
 * @param heldBack how many failures of this kind were held back since the last report.
 * Those that came while 1,024 were waiting to be reported are told apart by pool and
 * class of exception alone
 */
public record TaskFailure(String pool, String task, Handling handling, Throwable throwable, Instant at, Duration waited,
		Duration ran, String thread, @Nullable SubmissionSite submissionSite, boolean dead, boolean interrupted,
		long heldBack) {

}
