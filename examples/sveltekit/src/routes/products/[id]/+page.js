export const entries = () => [{ id: '3' }];
