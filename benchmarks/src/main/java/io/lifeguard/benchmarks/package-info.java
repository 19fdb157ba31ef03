/**
 * Measures what a guarded executor costs, beside a bare one and beside what others put
 * around it. Each comparison is made within one run, and only its ratios count.
 */
package io.lifeguard.benchmarks;
