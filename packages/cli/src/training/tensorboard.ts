/**
 * Writes TensorBoard's event files: TensorFlow records of `Event` messages (tensorflow/core/util/event.proto). No package for Node
 * writes them without TensorFlow.
 */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { frameRecord } from '@albert-web/training';
import { PbfWriter } from 'pbf';

/**
 * An event file. Fields of Event: wall_time 1 double, step 2 int64, file_version 3 string, summary 5; of Summary.Value: tag 1,
 * simple_value 2 float.
 */
export class EventFile {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Creates a file. @param step part of the file name, so that a resumed run has its own file */
  static async create(folder: string, step: number): Promise<EventFile> {
    const seconds = Math.floor(Date.now() / 1000);
    const file = new EventFile(join(folder, `events.out.tfevents.${seconds}.${step}.albert`));
    await file.#append((event) => event.writeStringField(3, 'brain.Event:2'));
    return file;
  }

  /** Writes an event with a number for each tag. */
  async scalars(step: number, values: Readonly<Record<string, number>>): Promise<void> {
    await this.#append((event) => {
      event.writeVarintField(2, step);
      event.writeMessage(5, writeSummary, values);
    });
  }

  async #append(write: (event: PbfWriter) => void): Promise<void> {
    const event = new PbfWriter();
    event.writeDoubleField(1, Date.now() / 1000);
    write(event);
    await appendFile(this.#path, frameRecord(event.finish()));
  }
}

function writeSummary(values: Readonly<Record<string, number>>, summary: PbfWriter): void {
  for (const [tag, value] of Object.entries(values)) {
    summary.writeMessage(
      1,
      (number: number, entry: PbfWriter) => {
        entry.writeStringField(1, tag);
        entry.writeFloatField(2, number);
      },
      value,
    );
  }
}
