import { alreadyExists, notFound } from "./grpc/status.ts";

/** modal.client.ObjectCreationType. */
export const creation = {
  lookup: 0,
  createIfMissing: 1,
  createFailIfExists: 2,
  overwrite: 3,
  ownedByApp: 4,
  ephemeral: 5,
} as const;

export interface NamedObject {
  id: string;
  /** Empty where it is ephemeral. */
  name: string;
  environment: string;
  /** Seconds since 1970. */
  createdAt: number;
}

export interface ObjectRequest {
  name: string;
  environment: string;
  /** One of `creation`. */
  type: number;
}

/** Objects of one kind, by id, and by name within an environment. */
export class NamedObjects<T extends NamedObject> {
  readonly #kind: string;
  readonly #byId = new Map<string, T>();

  /** `kind` is what messages call one of them, as in `Secret`. */
  constructor(kind: string) {
    this.#kind = kind;
  }

  all(environment: string | null = null): T[] {
    const all = [...this.#byId.values()];
    return environment === null ? all : all.filter((object) => object.environment === environment);
  }

  /** Throws NOT_FOUND. */
  get(id: string | undefined): T {
    const object = this.#byId.get(id ?? "");
    if (object === undefined) throw notFound(`${this.#kind} ${id} not found`);
    return object;
  }

  /** Null where no object has this name. */
  named(name: string, environment: string): T | null {
    return this.all(environment).find((object) => object.name === name && name !== "") ?? null;
  }

  add(object: T): T {
    this.#byId.set(object.id, object);
    return object;
  }

  delete(id: string | undefined): T {
    const object = this.get(id);
    this.#byId.delete(object.id);
    return object;
  }

  /** Looks an object up, or makes it, as the type says; `replace` changes one that is there. */
  getOrCreate(
    { name, environment, type }: ObjectRequest,
    make: (name: string) => T,
    replace: (object: T) => void,
  ): T {
    if (type === creation.ephemeral || type === creation.ownedByApp) return this.add(make(""));
    const object = this.named(name, environment);
    if (object === null) {
      if (type !== creation.lookup) return this.add(make(name));
      throw notFound(`${this.#kind} '${name}' not found in environment '${environment}'`);
    }
    if (type === creation.createFailIfExists) {
      throw alreadyExists(`${this.#kind} '${name}' already exists in environment '${environment}'`);
    }
    if (type === creation.overwrite) replace(object);
    return object;
  }
}
