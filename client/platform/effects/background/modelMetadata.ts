// Tells tasks-vision how the segmentation model wants its pictures: the package that ships the model leaves that out of the file.
// The model and its metadata are FlatBuffers (schemas: TensorFlow Lite's schema.fbs, TFLite Support's metadata_schema.fbs). All that
// is added stands in front: references in a FlatBuffer point forward and are relative, so the model's own bytes stay as they are.

/** Fields of the table Model in schema.fbs, in its order. */
const MODEL = { version: 0, operatorCodes: 1, subgraphs: 2, description: 3, buffers: 4, metadata: 6, signatures: 7 };
const MODEL_FIELDS = 8;
/** As weights are aligned within the file; what is put in front must keep it. */
const ALIGNMENT = 16;
const MODEL_IDENTIFIER = 'TFL3';
const METADATA_IDENTIFIER = 'M001';
/** metadata_schema.fbs, union ProcessUnitOptions. */
const NORMALIZATION_OPTIONS = 1;
/** A pixel is (value - mean) / std: 0 … 255 become the 0 … 1 that the model was trained with. */
const MEAN = 0;
const STD = 255;

/** Places of references that are still to be pointed at something. */
type Slots = Map<number, number>;

class Writer {
  #bytes: number[] = [];

  get at(): number {
    return this.#bytes.length;
  }

  u32(value: number): number {
    const at = this.at;
    for (let shift = 0; shift < 32; shift += 8) this.#bytes.push((value >>> shift) & 0xff);
    return at;
  }

  f32(value: number): void {
    this.#bytes.push(...new Uint8Array(new Float32Array([value]).buffer));
  }

  text(text: string): void {
    this.#bytes.push(...new TextEncoder().encode(text));
  }

  raw(bytes: Iterable<number>): void {
    this.#bytes.push(...bytes);
  }

  /** Until the place that is `ahead` bytes on stands at a multiple of `alignment`. */
  pad(alignment: number, ahead = 0): void {
    while ((this.at + ahead) % alignment !== 0) this.#bytes.push(0);
  }

  /** Points the reference at `slot` to `target`, or to what comes next. */
  point(slot: number, target = this.at): void {
    const distance = target - slot;
    for (let byte = 0; byte < 4; byte += 1) this.#bytes[slot + byte] = (distance >>> (8 * byte)) & 0xff;
  }

  /** A table whose fields each take four bytes: numbers as they are, `ref` as a slot. Answers the slots by field. */
  table(slot: number, count: number, fields: Record<number, number | 'ref'>): Slots {
    const present = Object.keys(fields).map(Number);
    const vtable = this.at;
    const offsets = Array.from({ length: count }, (_, field) => {
      const index = present.indexOf(field);
      return index < 0 ? 0 : 4 + 4 * index;
    });
    for (const short of [4 + 2 * count, 4 + 4 * present.length, ...offsets]) {
      this.#bytes.push(short & 0xff, short >>> 8);
    }
    this.pad(4);
    this.point(slot);
    this.u32(this.at - vtable);
    const slots: Slots = new Map();
    for (const field of present) {
      const value = fields[field];
      const at = this.u32(typeof value === 'number' ? value : 0);
      if (value === 'ref') slots.set(field, at);
    }
    return slots;
  }

  /** A vector of `count` references; answers their slots. */
  refs(slot: number, count: number): number[] {
    this.point(slot);
    this.u32(count);
    return Array.from({ length: count }, () => this.u32(0));
  }

  string(slot: number, text: string): void {
    this.point(slot);
    this.u32(text.length);
    this.text(`${text}\0`);
    this.pad(4);
  }

  floats(slot: number, values: readonly number[]): void {
    this.point(slot);
    this.u32(values.length);
    for (const value of values) this.f32(value);
  }

  take(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

const slotOf = (slots: Slots, field: number): number => {
  const slot = slots.get(field);
  if (slot === undefined) throw new Error('a field without a slot');
  return slot;
};

/** ModelMetadata → SubGraphMetadata → TensorMetadata → ProcessUnit → NormalizationOptions, and nothing else. */
const normalizationMetadata = (): Uint8Array => {
  const writer = new Writer();
  const root = writer.u32(0);
  writer.text(METADATA_IDENTIFIER);
  const nested = (slot: number, count: number, field: number): number => {
    const slots = writer.table(slot, count, { [field]: 'ref' });
    const [only = 0] = writer.refs(slotOf(slots, field), 1);
    return only;
  };
  const subgraph = nested(root, 4, 3);
  const tensor = nested(subgraph, 3, 2);
  const unit = nested(tensor, 5, 4);
  const options = writer.table(unit, 2, { 0: NORMALIZATION_OPTIONS, 1: 'ref' });
  const slots = writer.table(slotOf(options, 1), 2, { 0: 'ref', 1: 'ref' });
  writer.floats(slotOf(slots, 0), [MEAN]);
  writer.floats(slotOf(slots, 1), [STD]);
  return writer.take();
};

/** Reads the table Model of a .tflite file. */
class ModelReader {
  #view: DataView;
  #root: number;

  constructor(model: Uint8Array) {
    this.#view = new DataView(model.buffer, model.byteOffset, model.byteLength);
    if (model.length < 8 || new TextDecoder().decode(model.subarray(4, 8)) !== MODEL_IDENTIFIER) {
      throw new Error('this is no TensorFlow Lite model');
    }
    this.#root = this.#view.getUint32(0, true);
  }

  /** Where a field of Model lies; null where it is absent. */
  #field(field: number): number | null {
    const vtable = this.#root - this.#view.getInt32(this.#root, true);
    if (4 + 2 * field >= this.#view.getUint16(vtable, true)) return null;
    const offset = this.#view.getUint16(vtable + 4 + 2 * field, true);
    return offset === 0 ? null : this.#root + offset;
  }

  number(field: number): number {
    const at = this.#field(field);
    return at === null ? 0 : this.#view.getUint32(at, true);
  }

  target(field: number): number | null {
    const at = this.#field(field);
    return at === null ? null : at + this.#view.getUint32(at, true);
  }

  /** Where the tables of a vector lie. */
  tables(field: number): number[] {
    const vector = this.target(field);
    if (vector === null) return [];
    return Array.from({ length: this.#view.getUint32(vector, true) }, (_, index) => {
      const at = vector + 4 + 4 * index;
      return at + this.#view.getUint32(at, true);
    });
  }
}

/**
 * The model with metadata that says how pixels become numbers.
 * @throws Error for anything but a .tflite file without metadata
 */
export const withNormalization = (model: Uint8Array): Uint8Array => {
  const reader = new ModelReader(model);
  if (reader.target(MODEL.metadata) !== null) throw new Error('this model has metadata of its own');
  const kept = [MODEL.operatorCodes, MODEL.subgraphs, MODEL.description, MODEL.signatures].flatMap((field) => {
    const target = reader.target(field);
    return target === null ? [] : [{ field, target }];
  });
  const buffers = reader.tables(MODEL.buffers);
  const writer = new Writer();
  const root = writer.u32(0);
  writer.text(MODEL_IDENTIFIER);
  const slots = writer.table(root, MODEL_FIELDS, {
    [MODEL.version]: reader.number(MODEL.version),
    ...Object.fromEntries(kept.map(({ field }) => [field, 'ref' as const])),
    [MODEL.buffers]: 'ref',
    [MODEL.metadata]: 'ref',
  });
  const bufferSlots = writer.refs(slotOf(slots, MODEL.buffers), buffers.length + 1);
  const [entry = 0] = writer.refs(slotOf(slots, MODEL.metadata), 1);
  const named = writer.table(entry, 2, { 0: 'ref', 1: buffers.length });
  writer.string(slotOf(named, 0), 'TFLITE_METADATA');
  const added = writer.table(bufferSlots.at(-1) ?? 0, 1, { 0: 'ref' });
  const metadata = normalizationMetadata();
  writer.pad(ALIGNMENT, 4);
  writer.point(slotOf(added, 0));
  writer.u32(metadata.length);
  writer.raw(metadata);
  writer.pad(ALIGNMENT);
  const front = writer.at;
  for (const { field, target } of kept) writer.point(slotOf(slots, field), front + target);
  for (const [index, target] of buffers.entries()) writer.point(bufferSlots[index] ?? 0, front + target);
  const whole = new Uint8Array(front + model.length);
  whole.set(writer.take());
  whole.set(model, front);
  return whole;
};
