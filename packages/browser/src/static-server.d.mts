export interface StaticServer extends AsyncDisposable {
  readonly url: string;
  close(): Promise<void>;
}

export declare const isolationHeaders: Readonly<Record<string, string>>;

export declare function startStaticServer(options: {
  readonly mounts?: Readonly<Record<string, string>>;
  readonly pages?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly port?: number;
}): Promise<StaticServer>;
