package io.lifeguard.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.lifeguard.support.Recognition;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.FieldVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.util.ClassUtils;

/**
 * Finds what an application's executor class and a proxy of it would each have for
 * itself, so that the application could tell two of them: a visible field that may
 * change, a final method that works on such a field or locks the object, and a monitor
 * that others wait for. All of it is read from the class file, once a class.
 */
final class DoubledState {

	private static final ClassValue<Finding> findings = new ClassValue<>() {

		@Override
		protected Finding computeValue(Class<?> type) {
			return new Finding(new DoubledState(type).find());
		}

	};

	private static final List<String> INJECTED = List.of("/Autowired;", "/Value;", "/Inject;", "/Resource;");

	private final Map<String, Method> methods = new TreeMap<>();

	/** The fields that others can set, except for what the container alone does. */
	private final Set<String> visible = new TreeSet<>();

	private final Set<String> owners = new HashSet<>();

	/** The fields that something else than a constructor sets. */
	private final Set<String> changed = new HashSet<>();

	private boolean notifies;

	private boolean waits;

	private DoubledState(Class<?> type) {
		List<Class<?>> hierarchy = new ArrayList<>();
		for (Class<?> next = type; next != null && Recognition.isApplication(next); next = next.getSuperclass()) {
			hierarchy.add(next);
			this.owners.add(next.getName().replace('.', '/'));
		}
		hierarchy.forEach(this::read);
	}

	/**
	 * Return what there would be two of and how to avoid that, in a sentence that goes
	 * on, or {@code null} if there is nothing.
	 */
	static @Nullable String of(Class<?> type) {
		return findings.get(type).sentence();
	}

	private void read(Class<?> type) {
		try (InputStream file = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
			if (file != null) { // or else it was made at run time
				new ClassReader(file).accept(new Reader(), ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("Class file of " + type.getName() + " can't be read", ex);
		}
	}

	private @Nullable String find() {
		if (!this.visible.isEmpty()) {
			return "its field " + this.visible.iterator().next() + " can be used without a method, and a proxy has "
					+ "another. Make the field private to have the bean guarded";
		}
		for (Method method : this.methods.values()) {
			String used = method.isFinal() ? touched(method, new HashSet<>()) : null;
			if (used != null) {
				return "its method " + method.name() + " is final and uses " + used
						+ ", of which a proxy has another. Make the method non-final to have the bean guarded";
			}
		}
		return (this.notifies && !this.waits)
				? "it notifies who waits for its monitor, and a proxy has another. Use a lock or a latch in a final "
						+ "field to have the bean guarded"
				: null;
	}

	/**
	 * Return what the given method uses of an object on which it runs, itself or through
	 * methods that run there too.
	 */
	private @Nullable String touched(Method method, Set<Method> seen) {
		if (!seen.add(method)) {
			return null;
		}
		if (method.locks()) {
			return "the object's monitor";
		}
		for (String field : method.fields()) {
			if (this.changed.contains(field)) {
				return "the field " + field;
			}
		}
		for (String call : method.calls()) {
			Method called = this.methods.get(call);
			String touched = (called != null && called.runsInPlace()) ? touched(called, seen) : null;
			if (touched != null) {
				return touched;
			}
		}
		return null;
	}

	private record Finding(@Nullable String sentence) {

	}

	/**
	 * A method of the class or of a superclass.
	 */
	private static final class Method {

		private final int access;

		private final String name;

		private final Set<String> fields = new HashSet<>();

		private final Set<String> calls = new HashSet<>();

		private boolean locks;

		Method(int access, String name) {
			this.access = access;
			this.name = name;
			this.locks = Modifier.isSynchronized(access);
		}

		String name() {
			return this.name;
		}

		Set<String> fields() {
			return this.fields;
		}

		Set<String> calls() {
			return this.calls;
		}

		boolean locks() {
			return this.locks;
		}

		void lock() {
			this.locks = true;
		}

		/**
		 * Whether others can call the method, and always get to this class's own.
		 */
		boolean isFinal() {
			return Modifier.isFinal(this.access) && !Modifier.isPrivate(this.access) && !Modifier.isStatic(this.access)
					&& (this.access & Opcodes.ACC_SYNTHETIC) == 0;
		}

		/**
		 * Whether a method that runs on a proxy calls this one of the proxy, not that of
		 * the executor.
		 */
		boolean runsInPlace() {
			return Modifier.isFinal(this.access) || Modifier.isPrivate(this.access) || Modifier.isStatic(this.access);
		}

	}

	private final class Reader extends ClassVisitor {

		Reader() {
			super(SpringAsmInfo.ASM_VERSION);
		}

		@Override
		public @Nullable FieldVisitor visitField(int access, String name, String descriptor, @Nullable String signature,
				@Nullable Object value) {
			if (Modifier.isStatic(access) || Modifier.isFinal(access) || Modifier.isPrivate(access)) {
				return null;
			}
			DoubledState.this.visible.add(name);
			return new FieldVisitor(SpringAsmInfo.ASM_VERSION) {

				@Override
				public @Nullable AnnotationVisitor visitAnnotation(String type, boolean isVisible) {
					if (INJECTED.stream().anyMatch(type::endsWith)) {
						DoubledState.this.visible.remove(name);
					}
					return null;
				}

			};
		}

		@Override
		public MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
				String @Nullable [] exceptions) {
			Method method = new Method(access, name);
			DoubledState.this.methods.putIfAbsent(name + descriptor, method);
			return new MethodReader(method);
		}

	}

	private final class MethodReader extends MethodVisitor {

		private final Method method;

		private boolean loadedThis;

		MethodReader(Method method) {
			super(SpringAsmInfo.ASM_VERSION);
			this.method = method;
		}

		@Override
		public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
			this.loadedThis = false;
			boolean own = DoubledState.this.owners.contains(owner);
			if (own && (opcode == Opcodes.GETFIELD || opcode == Opcodes.PUTFIELD)) {
				this.method.fields().add(name);
				if (opcode == Opcodes.PUTFIELD && !this.method.name().equals("<init>")) {
					DoubledState.this.changed.add(name);
				}
			}
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			this.loadedThis = false;
			if (DoubledState.this.owners.contains(owner)) {
				this.method.calls().add(name + descriptor);
			}
			if (name.equals("notify") || name.equals("notifyAll")) {
				DoubledState.this.notifies |= isMonitor(owner);
			}
			else if (name.equals("wait")) {
				DoubledState.this.waits |= isMonitor(owner);
			}
		}

		private boolean isMonitor(String owner) {
			return DoubledState.this.owners.contains(owner) || owner.equals("java/lang/Object");
		}

		@Override
		public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrapMethod,
				Object... arguments) {
			for (Object argument : arguments) {
				if (argument instanceof Handle handle && DoubledState.this.owners.contains(handle.getOwner())) {
					this.method.calls().add(handle.getName() + handle.getDesc());
				}
			}
		}

		@Override
		public void visitVarInsn(int opcode, int variable) {
			if (opcode == Opcodes.ALOAD) {
				this.loadedThis = variable == 0;
			}
		}

		@Override
		public void visitInsn(int opcode) {
			if (opcode == Opcodes.MONITORENTER && this.loadedThis) {
				this.method.lock();
			}
		}

	}

}
