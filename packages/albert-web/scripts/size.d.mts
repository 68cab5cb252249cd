export interface MeasuredFile {
  readonly file: string;
  readonly bytes: number;
  readonly gzip: number;
}

export declare const budget: number;
export declare function firstLoad(entries: readonly string[]): Promise<MeasuredFile[]>;
export declare function wasmPath(script?: string): Promise<MeasuredFile[]>;
