package io.lifeguard.library;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import io.grpc.CallOptions;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for gRPC calls, with a server and a client in one process.
 */
class CallErrorsTests {

	private static final MethodDescriptor<String, String> ORDER = MethodDescriptor.<String, String>newBuilder()
		.setType(MethodDescriptor.MethodType.UNARY)
		.setFullMethodName("Orders/order")
		.setRequestMarshaller(new Text())
		.setResponseMarshaller(new Text())
		.build();

	private final Logger grpc = Logger.getLogger("io.grpc");

	private final Lines log = new Lines();

	@BeforeEach
	void readLog() {
		this.grpc.addHandler(this.log);
	}

	@AfterEach
	void readLogNoMore() {
		this.grpc.removeHandler(this.log);
	}

	@Test
	void areFailuresOfThePoolAndStillLogged() {
		List<JsonNode> events = new SentryApplication().with(Orders.class).run((context) -> {
			assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> order(context, "fails"));
			await().until(() -> SentryApplication.pool(context).failures().uncaught() == 1);
			assertThat(order(context, "pen")).isEqualTo("ordered");
			await().until(() -> SentryApplication.pool(context).tasks().running() == 0);
			assertThat(SentryApplication.pool(context).tasks().failed()).isEqualTo(1);
		});
		SentryApplication.assertOne(events, "pool", "CallErrorsTests.Orders.order", "No such order");
		assertThat(this.log.lines).containsExactly("No such order");
	}

	@Test
	void areHandledWhereAnInterceptorCatchesThem() {
		List<JsonNode> events = new SentryApplication().with(Orders.class, Catching.class).run((context) -> {
			assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> order(context, "fails"))
				.satisfies((thrown) -> assertThat(thrown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND));
			await().until(() -> SentryApplication.pool(context).tasks().running() == 0);
			assertThat(SentryApplication.pool(context).tasks().failed()).isZero();
		});
		assertThat(events).isEmpty();
		assertThat(this.log.lines).isEmpty();
	}

	private static String order(ApplicationContext context, String item) {
		return ClientCalls.blockingUnaryCall(context.getBean(ManagedChannel.class), ORDER, CallOptions.DEFAULT, item);
	}

	static class Orders {

		@Bean(initMethod = "start", destroyMethod = "shutdownNow")
		Server server(@Qualifier("pool") Executor pool, ObjectProvider<ServerInterceptor> interceptors) {
			ServerServiceDefinition service = ServerServiceDefinition.builder("Orders")
				.addMethod(ORDER, ServerCalls.asyncUnaryCall(Orders::order))
				.build();
			return InProcessServerBuilder.forName("orders")
				.executor(pool)
				.addService(ServerInterceptors.intercept(service, interceptors.stream().toList()))
				.build();
		}

		@Bean(destroyMethod = "shutdownNow")
		ManagedChannel channel() {
			return InProcessChannelBuilder.forName("orders").build();
		}

		private static void order(String item, StreamObserver<String> result) {
			if (item.equals("fails")) {
				throw new IllegalStateException("No such order");
			}
			result.onNext("ordered");
			result.onCompleted();
		}

	}

	static class Catching {

		@Bean
		ServerInterceptor interceptor() {
			return new ServerInterceptor() {

				@Override
				public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers,
						ServerCallHandler<Q, R> next) {
					return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {

						@Override
						public void onHalfClose() {
							try {
								super.onHalfClose();
							}
							catch (IllegalStateException ex) {
								call.close(Status.NOT_FOUND, new Metadata());
							}
						}

					};
				}

			};
		}

	}

	/**
	 * Gets what others than the guard get to see of the log: messages of exceptions.
	 */
	private static final class Lines extends Handler {

		final Queue<String> lines = new ConcurrentLinkedQueue<>();

		@Override
		public void publish(LogRecord line) {
			if (line.getThrown() != null) {
				this.lines.add(line.getThrown().getMessage());
			}
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	}

	private static final class Text implements MethodDescriptor.Marshaller<String> {

		@Override
		public InputStream stream(String value) {
			return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
		}

		@Override
		public String parse(InputStream stream) {
			try {
				return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
