export const claim = 'a part of the state machine';
