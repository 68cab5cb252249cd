import type { Browser } from 'playwright';

export declare function launchChromium(extraFlags?: readonly string[]): Promise<Browser>;
