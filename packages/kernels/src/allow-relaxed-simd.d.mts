export declare function allowRelaxedSimd(): void;
