"""What must hold for every problem, whatever hypothesis draws."""
