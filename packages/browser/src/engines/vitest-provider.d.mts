import type { BrowserProviderOption } from 'vitest/node';

export declare function engineProvider(): BrowserProviderOption;
