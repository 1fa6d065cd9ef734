"""What is true about bookings, money, time and people: pure Python, standard library only."""
