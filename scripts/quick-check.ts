import { jsonSchema, type RecordName } from "../packages/records/src/index.ts";

interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  propertyNames?: Schema;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  minItems?: number;
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

/** What says nothing of its own about a value. A format is checked by the pattern beside it. */
const silent = new Set(["$schema", "$id", "$defs", "title", "description", "default", "format"]);
const handled = new Set([
  ...["$ref", "type", "const", "enum", "anyOf", "oneOf", "properties", "required"],
  ...["propertyNames", "additionalProperties", "items", "minItems", "pattern", "minLength"],
  ...["maxLength", "minimum", "maximum", "exclusiveMinimum"],
]);

/** Writes the predicate of one schema. What it does not know how to check it refuses, which costs time and no truth. */
class Writer {
  readonly declarations: string[] = [];
  readonly #functions = new Map<Schema, string>();
  readonly #root: Schema;

  constructor(root: Schema) {
    this.#root = root;
  }

  /** An expression that is true where `value`, an expression too, fits the schema. */
  test(schema: Schema, value: string): string {
    const unknown = Object.keys(schema).some((name) => !silent.has(name) && !handled.has(name));
    const { format, pattern } = schema;
    if (unknown || (format !== undefined && pattern === undefined && format !== "uri"))
      return "false";
    if (schema.$ref !== undefined)
      return `${this.#functionOf(this.#resolve(schema.$ref))}(${value})`;
    const options = schema.anyOf ?? schema.oneOf;
    const parts = [
      ...(options === undefined ? [] : [this.#any(options, value)]),
      ...("const" in schema ? [`${value} === ${JSON.stringify(schema.const)}`] : []),
      ...(schema.enum === undefined
        ? []
        : [`(${schema.enum.map((one) => `${value} === ${JSON.stringify(one)}`).join(" || ")})`]),
    ];
    if ("const" in schema || schema.enum !== undefined) return parts.join(" && ");
    if (schema.type !== undefined) {
      const types = [schema.type].flat();
      parts.push(
        types.length === 1
          ? this.#typed(schema, types[0] ?? "", value)
          : `(${types.map((type) => this.#typed(schema, type, value)).join(" || ")})`,
      );
    }
    return parts.length === 0 ? "true" : parts.join(" && ");
  }

  #any(options: Schema[], value: string): string {
    return `(${options.map((option) => this.test(option, value)).join(" || ")})`;
  }

  #typed(schema: Schema, type: string, value: string): string {
    switch (type) {
      case "null":
        return `${value} === null`;
      case "boolean":
        return `typeof ${value} === "boolean"`;
      case "string":
        return this.#string(schema, value);
      case "number":
      case "integer":
        return this.#number(schema, type, value);
      case "array":
      case "object":
        return `${this.#functionOf(schema)}(${value})`;
      default:
        return "false";
    }
  }

  #string({ pattern, format, minLength, maxLength }: Schema, value: string): string {
    const parts = [`typeof ${value} === "string"`];
    // As zod does, which asks the same parser.
    if (format === "uri") parts.push(`URL.canParse(${value})`);
    if (minLength !== undefined) parts.push(`${value}.length >= ${minLength}`);
    if (maxLength !== undefined) parts.push(`${value}.length <= ${maxLength}`);
    const hex = /^\^\[0-9a-f\]\{(\d+)\}\$$/.exec(pattern ?? "")?.[1];
    if (hex !== undefined) {
      parts.push(`isHex(${value}, ${hex})`);
    } else if (pattern !== undefined) {
      const name = `pattern${this.declarations.length}`;
      this.declarations.push(`const ${name} = new RegExp(${JSON.stringify(pattern)});`);
      parts.push(`${name}.test(${value})`);
    }
    return parts.join(" && ");
  }

  #number(schema: Schema, type: string, value: string): string {
    const parts = [
      type === "integer" ? `Number.isSafeInteger(${value})` : `Number.isFinite(${value})`,
    ];
    const { minimum, maximum, exclusiveMinimum } = schema;
    if (minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER)
      parts.push(`${value} >= ${minimum}`);
    if (maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER)
      parts.push(`${value} <= ${maximum}`);
    if (exclusiveMinimum !== undefined) parts.push(`${value} > ${exclusiveMinimum}`);
    return parts.join(" && ");
  }

  #resolve(reference: string): Schema {
    const name = /^#\/\$defs\/(.+)$/.exec(reference)?.[1] ?? "";
    const schema = reference === "#" ? this.#root : this.#root.$defs?.[name];
    if (schema === undefined) throw new Error(`no schema ${reference}`);
    return schema;
  }

  #functionOf(schema: Schema): string {
    const known = this.#functions.get(schema);
    if (known !== undefined) return known;
    const name = `fits${this.#functions.size}`;
    this.#functions.set(schema, name);
    const lines = [schema.type].flat().includes("array")
      ? this.#array(schema)
      : schema.type === undefined
        ? [`return ${this.test(schema, "v")};`]
        : this.#object(schema);
    this.declarations.push(`function ${name}(v) {\n  ${lines.join("\n  ")}\n}`);
    return name;
  }

  #array({ items, minItems }: Schema): string[] {
    const lines = ["if (!Array.isArray(v)) return false;"];
    if (minItems !== undefined) lines.push(`if (v.length < ${minItems}) return false;`);
    if (items !== undefined) {
      lines.push(`for (const item of v) if (!(${this.test(items, "item")})) return false;`);
    }
    return [...lines, "return true;"];
  }

  #object({
    properties = {},
    required = [],
    propertyNames,
    additionalProperties,
  }: Schema): string[] {
    const lines = ['if (typeof v !== "object" || v === null || Array.isArray(v)) return false;'];
    for (const [name, schema] of Object.entries(properties)) {
      const member = `v.${name}`;
      const test = this.test(schema, member);
      if (test === "true") continue;
      const wrong = `!(${test})`;
      lines.push(
        `if (${required.includes(name) ? wrong : `${member} !== undefined && ${wrong}`}) return false;`,
      );
    }
    const others = typeof additionalProperties === "object" ? additionalProperties : null;
    const value = others === null ? "true" : this.test(others, "v[name]");
    const name = propertyNames === undefined ? "true" : this.test(propertyNames, "name");
    if (additionalProperties === false) return ["return false;"];
    if (value !== "true" || (name !== "true" && name !== 'typeof name === "string"')) {
      const known = Object.keys(properties).map((one) => `name === ${JSON.stringify(one)}`);
      const skip = known.length === 0 ? "" : `if (${known.join(" || ")}) continue; `;
      lines.push(`for (const name in v) { ${skip}if (!(${name} && ${value})) return false; }`);
    }
    return [...lines, "return true;"];
  }
}

/** Three times as fast as the regular expression, and every trial has a key. */
const isHex = `function isHex(text, length) {
  if (text.length !== length) return false;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 102 || (code > 57 && code < 97)) return false;
  }
  return true;
}`;

/**
 * The source of a module that says quickly whether a value is a record of a type, made from its JSON Schema. It
 * allocates nothing and needs no library, so that a program that meets good records only never loads a schema. (ajv's
 * standalone code is 80 kB for a trial, because it describes errors; here the schema does that.)
 */
export function quickCheckSource(name: RecordName): string {
  const schema = jsonSchema(name) as Schema;
  const writer = new Writer(schema);
  const test = writer.test({ $ref: "#" }, "value");
  return [
    "// @ts-nocheck",
    `// Generated from the schema of ${name} by \`npm run generate\`. Not to be edited.`,
    ...(writer.declarations.some((text) => text.includes("isHex(")) ? [isHex] : []),
    ...writer.declarations,
    "/** True: the schema accepts the value. False: the schema has the last word. */",
    `export const accepts: (value: unknown) => boolean = (value) => ${test};`,
    "",
  ].join("\n");
}
